// What was just done, for ten seconds, with its way back.

export interface Toast {
  id: number;
  text: string;
  tone: "done" | "failed";
  undo: (() => Promise<unknown>) | null;
  action: { label: string; run: () => void } | null;
}

/** Long enough to think better of it. */
const undoable = 10_000;
const plain = 5_000;

class Toasts {
  shown: Toast[] = $state.raw([]);
  /** How high above the lower edge they begin: the buttons that stand there stay free. */
  floor = $state(0);
  readonly #feet = new Map<Element, number>();
  #next = 1;
  #timers = new Map<number, number>();

  /** Says what was done; with `undo` it offers the way back, which throws when there is none any more. */
  done(text: string, undo: (() => Promise<unknown>) | null = null, action: Toast["action"] = null): void {
    this.#show({ text, tone: "done", undo, action });
  }

  /** Says what could not be done. */
  failed(text: string): void {
    this.#show({ text, tone: "failed", undo: null, action: null });
  }

  /** For a bar of buttons at the lower edge: messages stand above it. */
  foot = (bar: Element): (() => void) => {
    const observer = new ResizeObserver(() => this.#stand(bar, bar.getBoundingClientRect().height));
    observer.observe(bar);
    return () => {
      observer.disconnect();
      this.#stand(bar, 0);
    };
  };

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** Holds every toast while the pointer or the focus is on one. */
  hold(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  release(): void {
    for (const toast of this.shown) this.#start(toast);
  }

  #stand(bar: Element, height: number): void {
    if (height > 0) this.#feet.set(bar, height);
    else this.#feet.delete(bar);
    this.floor = Math.max(0, ...this.#feet.values());
  }

  #show(toast: Omit<Toast, "id">): void {
    const shown = { ...toast, id: this.#next++ };
    for (const old of this.shown) if (isPlain(old) && isPlain(shown)) this.dismiss(old.id);
    this.shown = [...this.shown.slice(-2), shown];
    this.#start(shown);
  }

  #start({ id, undo, action }: Toast): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, window.setTimeout(() => this.dismiss(id), undo || action ? undoable : plain));
  }
}

/** Nothing can be done with it but read: the next such one says what is newer. */
function isPlain({ tone, undo, action }: Omit<Toast, "id">): boolean {
  return tone === "done" && !undo && !action;
}

export const toasts = new Toasts();
