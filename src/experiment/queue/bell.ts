// Wakes one who waits. Rung before somebody listens, it is heard all the same.

export interface Bell {
  ring(): void;
  heard(): Promise<void>;
}

export function createBell(): Bell {
  let hasRung = false;
  let listener: (() => void) | undefined;
  return {
    ring: () => {
      hasRung = true;
      listener?.();
    },
    heard: async () => {
      if (!hasRung) await new Promise<void>((resolve) => (listener = resolve));
      hasRung = false;
      listener = undefined;
    },
  };
}
