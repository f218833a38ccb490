export interface Closable {
  close(): void | Promise<void>;
}

/** Remembers what was opened and closes it in reverse order, once. A part that fails to close does not keep the others open. */
export const closer = () => {
  const opened: Closable[] = [];
  return {
    add<T extends Closable>(part: T): T {
      opened.push(part);
      return part;
    },
    async close(): Promise<void> {
      for (let part = opened.pop(); part !== undefined; part = opened.pop()) {
        try {
          await part.close();
        } catch {
          // The process ends; what could be closed is closed.
        }
      }
    },
  };
};
