// Decides which objects are left out because they are on ignored tables. Pure.
import type { Schema } from './schema.js'
import { foldCase } from '../sql/names.js'

/** Returns a function that tells whether a name matches one of these, ignoring case; `*` stands for any characters. */
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
 * Returns a function that tells which objects, keyed like `table users`, are ignored. `schema` is the whole one, which knows the
 * tables of indexes and triggers; of objects outside it only tables and views can be recognised.
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
