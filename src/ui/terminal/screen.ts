// Puts frames on the terminal: only the lines that differ from what stands there, without erasing first. So nothing
// flickers, and a slow line carries little. While the terminal is behind, only the newest frame is kept and older ones are
// dropped.
import { EventEmitter } from 'node:events';
import type { Writable } from 'node:stream';

/** Synchronized output (mode 2026): terminals that know it show a frame at once, others ignore it. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

export class Screen extends EventEmitter {
  columns: number;
  rows: number;
  readonly #terminal: Writable;
  #shown: readonly string[] = [];
  #waiting: readonly string[] | undefined;
  #isBusy = false;

  constructor(terminal: Writable, size: { columns: number; rows: number }) {
    super();
    this.#terminal = terminal;
    this.columns = size.columns;
    this.rows = size.rows;
  }

  /** A frame is still on its way: drawing another would be in vain. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** After a change of size nothing is known of what the terminal shows. */
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#shown = [];
  }

  /** A styled line for each row; those beyond the screen are left out. */
  readonly show = (frame: readonly string[]): void => {
    if (this.#isBusy) this.#waiting = frame;
    else this.#draw(frame);
  };

  /** Resolves when the terminal has taken everything. */
  async drained(): Promise<void> {
    while (this.#isBusy) await new Promise<void>((resolve) => this.once('drawn', resolve));
  }

  #draw(frame: readonly string[]): void {
    const lines = frame.slice(0, this.rows);
    const isFresh = this.#shown.length === 0;
    let out = isFresh ? '\x1b[2J' : '';
    const rows = Math.max(lines.length, this.#shown.length);
    for (let row = 0; row < rows; row++) {
      const line = lines[row] ?? '';
      // Erase to the right before writing: after a full line some terminals would erase its last cell.
      if (isFresh || line !== this.#shown[row]) out += `\x1b[${row + 1};1H\x1b[K${line}`;
    }
    this.#shown = lines;
    if (out === '') return;
    this.#isBusy = true;
    this.#terminal.write(BEGIN + out + END, () => this.#onWritten());
  }

  #onWritten(): void {
    this.#isBusy = false;
    const frame = this.#waiting;
    this.#waiting = undefined;
    if (frame !== undefined) this.#draw(frame);
    if (!this.#isBusy) this.emit('drawn');
  }
}
