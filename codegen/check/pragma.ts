// What a PRAGMA statement names and whether it sets a value.

/** A PRAGMA by its name in small letters, without its schema. */
export interface Pragma {
  readonly name: string
  /** Whether a value is given, by `=` or in parentheses. */
  readonly sets: boolean
}

/** Reads the head of a statement; null when it is no PRAGMA. */
export function pragmaOf([first, ...rest]: readonly string[]): Pragma | null {
  if (first !== 'PRAGMA') return null
  const [name = '', next] = rest[1] === '.' ? rest.slice(2) : rest
  return { name: unquote(name).toLowerCase(), sets: next === '=' || next === '(' }
}

const unquote = (name: string): string => name.replace(/^["'`[]|["'`\]]$/g, '')
