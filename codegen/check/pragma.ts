// What a PRAGMA statement names and whether it sets a value.
import { plainName } from '../../src/sql/names.js'
/** A PRAGMA by its name in lower case, without its schema. */
export interface Pragma {
  readonly name: string
  /** Whether a value is given, by `=` or in parentheses. */
  readonly sets: boolean
}

/** Reads the head of a statement; null when it is no PRAGMA. */
export function pragmaOf([first, ...rest]: readonly string[]): Pragma | null {
  if (first !== 'PRAGMA') return null
  const [name = '', next] = rest[1] === '.' ? rest.slice(2) : rest
  return { name: plainName(name), sets: next === '=' || next === '(' }
}
