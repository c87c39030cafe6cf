// Tracks the in-memory databases attached to one database in place of files.
import { orElse } from '../../src/model/or-else.js'
import { foldCase, quoteIdentifier } from '../../src/sql/names.js'
import type { NativeDatabase } from './native-database.js'
import { isInMemory } from '../sql/read-reaching.js'

/** The databases that stand in for files, by the names under which they are attached. */
export interface StandIns {
  names(): readonly string[]
  any(): boolean
  /** Records an attached database; `path` is the one asked for, null if unknown. Returns whether it stands in for a file. */
  add(alias: string | null, path: string | null): boolean
  /** Exempts the databases attached now from `release`. */
  settle(): void
  /** Detaches the others; those in use by a statement or a transaction stay until the next call. */
  release(): void
}

/** Asks the database itself what is attached: migrations may detach as well. */
export function standInsOf(native: NativeDatabase): StandIns {
  const inMemory = new Set<string>()
  let settled = new Set<string>()
  let any = false
  const names = (): string[] =>
    any ? native.attached().filter((name) => !inMemory.has(foldCase(name))) : []
  return {
    names,
    any: () => any,
    add(alias, path) {
      const isOwn = path !== null && isInMemory(path)
      if (alias !== null && isOwn) inMemory.add(foldCase(alias))
      else if (alias !== null) inMemory.delete(foldCase(alias))
      any ||= !isOwn
      return !isOwn
    },
    settle() {
      settled = new Set(names())
    },
    release() {
      for (const name of names()) if (!settled.has(name)) detach(native, name)
      any = names().length > 0
    },
  }
}

function detach(native: NativeDatabase, name: string): void {
  // It may be in use.
  orElse(() => native.exec(`DETACH ${quoteIdentifier(name)}`), undefined)
}
