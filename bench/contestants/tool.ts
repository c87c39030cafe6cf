// What the comparison with other tools asks of each of them. Types only: the tools themselves are in bench/peers.
import type { Registry } from '../../src/drivers/better-sqlite3.js'
import type { SampleMigration } from '../history/sample-history.js'
import type { RawStep } from './raw.js'

/** One migration for tools that want its statements one by one. */
export interface ToolMigration extends SampleMigration {
  /** A name that orders as text, as most tools ask. */
  readonly id: string
  readonly statements: readonly string[]
}

/** The same history in every form that a tool may want it in. Can be written as JSON. */
export interface Material {
  readonly history: readonly ToolMigration[]
  readonly registry: Registry
  readonly raw: readonly RawStep[]
  /** The migrations as files, for tools that read them when they run. */
  readonly folder: string
}

/** An open database in the hands of a tool. */
export interface Session {
  /** Brings it to the newest migration. */
  migrate(): unknown
  close(): unknown
}

/** One tool, used as its documentation has it. */
export interface Tool {
  /** As the tables print it. */
  readonly name: string
  /** How it is run here, where that is not one transaction for each migration, its ledger row within. */
  readonly about: string
  /** The tables in which it keeps what it has applied. */
  readonly ledger: readonly string[]
  /** Opens a database file, runs `settings` on it and reads its schema; nothing of this is measured. */
  open(file: string, settings: string, material: Material): Session | Promise<Session>
}
