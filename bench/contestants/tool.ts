// Defines the interface to the compared tools. Types only: the tools themselves are in bench/peers.
import type { Registry } from '../../src/drivers/better-sqlite3.js'
import type { SampleMigration } from '../history/sample-history.js'
import type { RawStep } from './raw.js'

/** One migration, also for tools that take its statements one by one. */
export interface ToolMigration extends SampleMigration {
  /** A name that sorts correctly as text, as most tools require. */
  readonly id: string
  readonly statements: readonly string[]
}

/** The same history in every form that a tool may need. Can be serialized as JSON. */
export interface Material {
  readonly history: readonly ToolMigration[]
  readonly registry: Registry
  readonly raw: readonly RawStep[]
  /** The migrations as files, for tools that read them when they run. */
  readonly folder: string
}

/** A database that a tool has opened. */
export interface Session {
  /** Applies all migrations. */
  migrate(): unknown
  close(): unknown
}

/** One tool, used as its documentation says. */
export interface Tool {
  /** As printed in the tables. */
  readonly name: string
  /** How it is run here, unless in one transaction for each migration and its ledger row; '' then. */
  readonly about: string
  /** The tables in which it records what it has applied. */
  readonly ledger: readonly string[]
  /** Opens a database file, runs `settings` on it and reads its schema; none of this is measured. */
  open(file: string, settings: string, material: Material): Session | Promise<Session>
}
