// Tracks the in-memory databases attached to one database in place of files.
import { foldCase, quoteIdentifier } from '../../src/sql/names.js'
import type { NativeDatabase } from './native-database.js'
import { isInMemory } from '../sql/read-reaching.js'

/** What stands in for files, by the names under which it is attached. */
export interface StandIns {
  names(): readonly string[]
  any(): boolean
  /** Told of what was attached; `path` is what for, null where that is not known. Answers whether it stands in for a file. */
  add(alias: string | null, path: string | null): boolean
  /** What is attached now is not released. */
  settle(): void
  /** Detaches the others; those that a statement or a transaction holds stay until the next time. */
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
  try {
    native.exec(`DETACH ${quoteIdentifier(name)}`)
  } catch {
    // In use.
  }
}
