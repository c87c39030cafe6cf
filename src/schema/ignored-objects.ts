// Which objects are left out because they are on ignored tables. Pure.
import type { Schema } from './schema.js'
import { foldCase } from '../sql/names.js'

/** A function that tells whether a name, in any case, is one of these; `*` stands for any letters. */
export function matchNames(names: readonly string[]): (name: string) => boolean {
  const whole = new Set(names.map(foldCase))
  const patterns = names.filter((name) => name.includes('*')).map(patternOf)
  return (name) => {
    const small = foldCase(name)
    return whole.has(small) || patterns.some((pattern) => pattern.test(small))
  }
}

const patternOf = (name: string): RegExp =>
  new RegExp(
    `^${foldCase(name)
      .split('*')
      .map((part) => part.replace(/[$()+.?[\\\]^{|}]/g, '\\$&'))
      .join('.*')}$`,
    's',
  )

/**
 * A function that tells which objects, by `table users`, are ignored. `schema` is the whole one, which tells the tables of
 * indexes and triggers; of those that are not in it only tables and views can be recognised.
 */
export function ignoredObjects(
  ignoreTables: readonly string[],
  schema: Schema,
): (object: string) => boolean {
  const matches = matchNames(ignoreTables)
  return (object) => matches(schema.get(object)?.table ?? object.slice(object.indexOf(' ') + 1))
}

/** A schema without ignored objects. */
export const schemaWithout = (schema: Schema, ignored: (object: string) => boolean): Schema =>
  new Map([...schema].filter(([key]) => !ignored(key)))
