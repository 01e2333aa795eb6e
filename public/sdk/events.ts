export type Listener<Value> = (value: Value) => void;

export type Events<Values> = {
  /** Calls `listener` on each event of this name; the returned function ends that. */
  on<Name extends keyof Values>(
    name: Name,
    listener: Listener<Values[Name]>,
  ): () => void;
  emit<Name extends keyof Values>(name: Name, value: Values[Name]): void;
  /** Forgets every listener. */
  clear(): void;
};

/** Typed events: `Values` gives each name its value. Listeners run in the order they came; one may take itself off while it runs. */
export const createEvents = <Values>(): Events<Values> => {
  const listeners: { [Name in keyof Values]?: Set<Listener<Values[Name]>> } =
    {};
  const sets = new Set<Set<unknown>>();
  return {
    on: (name, listener) => {
      const set = (listeners[name] ??= new Set());
      sets.add(set as Set<unknown>);
      set.add(listener);
      return () => set.delete(listener);
    },
    emit: (name, value) => {
      for (const listener of [...(listeners[name] ?? [])]) listener(value);
    },
    clear: () => {
      for (const set of sets) set.clear();
    },
  };
};
