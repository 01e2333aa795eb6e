/** `text` is undefined where the variable is unset or empty: the parser then gives the default. */
export type Setting<Value> = {
  readonly name: `TUTTI_${string}`;
  /** The default, as the README says it. */
  readonly fallback: string;
  readonly meaning: string;
  readonly parse: (text: string | undefined) => Value;
};

export const setting = <Value>(is: Setting<Value>): Setting<Value> => is;
