// Compares the result of a history with others applied before it and with others applied after it. Pure.
import type { SchemaDifference } from '../../../src/model/verification.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import type { Schema } from '../../../src/schema/schema.js'
import type { Unsound } from './unsound.js'

/** The result of one order. */
export interface OrderEnd {
  readonly schema: Schema
  /** What the history has made, by the version that last made or changed it. */
  readonly made: ReadonlyMap<string, number>
  /** Which of these objects do not work. */
  readonly unsound: Unsound
  /** What other histories have made, even if it is gone by now. */
  readonly foreign: ReadonlySet<string>
}

/** An object that differs between the two results. */
export interface Apart {
  readonly object: string
  /** The version that makes it. */
  readonly version: number
  /** Why it does not work after the others; null if it does. */
  readonly reason: string | null
  /** How it differs after the others from what it is before them. */
  readonly difference: SchemaDifference | null
}

/** Objects of the history, except some, that work in only one of the orders, or differ. */
export function apartAt(
  { after, first }: { readonly after: OrderEnd; readonly first: OrderEnd },
  except: ReadonlySet<string>,
): Apart[] {
  const keys = [...new Set([...first.made.keys(), ...after.made.keys()])].filter(
    (key) => !except.has(key),
  )
  const differences = diffSchemas(only(after.schema, keys), only(first.schema, keys))
  return keys.flatMap((object) => {
    const reason = (!after.unsound.has(object) && first.unsound.get(object)) || null
    const difference =
      differences.find((one) => one.object === object && one.grade === 'differs') ?? null
    if (reason === null && difference === null) return []
    const version = first.made.get(object) ?? after.made.get(object)!
    return [{ object, version, reason, difference }]
  })
}

const only = (schema: Schema, keys: readonly string[]): Schema =>
  new Map(keys.flatMap((key) => (schema.has(key) ? [[key, schema.get(key)!] as const] : [])))
