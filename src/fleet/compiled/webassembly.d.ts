// What is used of WebAssembly, whose types come with a browser's only.
declare namespace WebAssembly {
  class Memory {
    readonly buffer: SharedArrayBuffer;
    constructor(limits: { initial: number; maximum: number; shared: true });
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: object;
    constructor(module: Module, imports: object);
  }
}
