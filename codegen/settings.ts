// What the build steps need to know; the command line makes this from the configuration. Types only.
import type { Severity } from './model.js'

/** How the registry refers to migration files. `auto` asks the project's tsconfig. */
export type ImportExtension = 'auto' | 'js' | 'ts' | 'none'

/** Everything that `generate` and `lint` need. Paths are absolute. */
export interface GenerateSettings {
  /** The project's folder: the nearest one with a package.json. Printed paths are relative to it. */
  readonly root: string
  readonly migrations: string
  /** The folder of the generated files. */
  readonly out: string
  /** The package door whose handle the migrations receive: `better-sqlite3` is imported from `lockstep/better-sqlite3`. */
  readonly driver: string
  /** Whether that driver is synchronous; an `async up` is an error then. */
  readonly mode: 'sync' | 'async'
  readonly importExtension: ImportExtension
  /** `js` writes `registry.js` with JSDoc types. */
  readonly language: 'ts' | 'js'
  /** Severity by diagnostic code; errors of numbering cannot be lowered. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>
}
