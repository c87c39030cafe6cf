// Describes the machine on which the numbers were measured: times mean nothing without it.
import Database from 'better-sqlite3'
import { cpus, totalmem } from 'node:os'

/** The machine, and the versions of Node and SQLite. */
export interface Machine {
  readonly platform: string
  readonly processor: string
  readonly cores: number
  readonly memory: string
  readonly node: string
  readonly sqlite: string
}

/** Describes the machine that this runs on. */
export function describeMachine(): Machine {
  const db = new Database(':memory:')
  const sqlite = db.prepare('SELECT sqlite_version()').pluck().get() as string
  db.close()
  const processors = cpus()
  return {
    platform: `${process.platform} ${process.arch}`,
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    sqlite,
  }
}
