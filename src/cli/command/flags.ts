// Every flag of the command line: its spelling, its description, and how its text becomes a value.
import { LAYOUT_NAMES, MAPPINGS } from '../../model/adoption.js'

/** The output formats of `lint`. */
export const LINT_FORMATS = ['text', 'json', 'github', 'sarif'] as const
/** One of these formats. */
export type LintFormat = (typeof LINT_FORMATS)[number]

/** The examples that a new migration can contain. */
export const EXAMPLE_NAMES = [
  'add-column',
  'index',
  'trigger',
  'junction',
  'backfill',
  'rebuild',
] as const
/** One of these. */
export type ExampleName = (typeof EXAMPLE_NAMES)[number]

/** How a flag is written and explained. `number` reads a whole number, zero included. */
export interface FlagDefinition {
  readonly spelling: string
  readonly meaning: string
  readonly number?: 'version' | 'count'
  /** Whether an empty value is a usage error, as from an unset variable in a script. */
  readonly filled?: true
  readonly choices?: readonly string[]
}

const DEFINITIONS = {
  db: { spelling: '--db <file>', meaning: 'the database file' },
  migrations: { spelling: '--migrations <dir>', meaning: 'the folder of the migrations' },
  out: { spelling: '--out <dir>', meaning: 'the folder of the generated files' },
  config: { spelling: '--config <file>', meaning: 'the configuration file' },
  name: {
    spelling: '--name <database>',
    meaning: 'which database or history of the configuration',
  },
  json: { spelling: '--json', meaning: 'print one JSON document' },
  events: {
    spelling: '--events',
    meaning: 'print each event as a line of JSON, and as the last line what --json prints',
  },
  quiet: { spelling: '-q, --quiet', meaning: 'print nothing but errors' },
  verbose: {
    spelling: '--verbose',
    meaning: 'print settings, steps, log messages and stack traces',
  },
  noColor: { spelling: '--no-color', meaning: 'print without colours, as with NO_COLOR' },
  check: { spelling: '--check', meaning: '' },
  noReplay: {
    spelling: '--no-replay',
    meaning:
      'skip the proof; the registry then has no digests of the schema, and the schema files stay as they are, or missing',
  },
  cache: {
    spelling: '--cache',
    meaning: 'trust what earlier runs have proven, even if CI is set',
  },
  noCache: {
    spelling: '--no-cache',
    meaning: 'trust nothing that an earlier run has proven, as if CI were set',
  },
  released: {
    spelling: '--released',
    meaning: 'also show the findings about migrations that have shipped',
  },
  base: {
    spelling: '--base <ref>',
    meaning: 'the git branch that this one will be merged into',
    filled: true,
  },
  watch: { spelling: '--watch', meaning: 'generate again whenever a migration changes' },
  format: {
    spelling: '--format <format>',
    meaning: 'how the findings are printed',
    choices: LINT_FORMATS,
  },
  to: { spelling: '--to <version>', meaning: '', number: 'version' },
  steps: { spelling: '--steps <n>', meaning: '', number: 'count' },
  seed: {
    spelling: '--seed',
    meaning: 'then apply the migrations and run the seeds, which write development data',
  },
  yes: { spelling: '--yes', meaning: 'do not ask' },
  dryRun: { spelling: '--dry-run', meaning: 'do it on a copy, and show what each step changes' },
  profile: {
    spelling: '--profile',
    meaning: 'show the slowest statements, with their time, their rows and poor query plans',
  },
  backup: {
    spelling: '--backup [file]',
    meaning: 'copy the database before the first step (default: a name with the current time)',
  },
  applied: { spelling: '--applied', meaning: 'record the version as applied, without running it' },
  pending: { spelling: '--pending', meaning: 'forget the version, without undoing it' },
  reason: { spelling: '--reason <text>', meaning: 'why; kept in the log' },
  force: {
    spelling: '--force',
    meaning: 'record it although the schema does not match; needs --reason',
  },
  from: {
    spelling: '--from <layout>',
    meaning: 'the tool or table that records what was applied; schema to look only at the schema',
    choices: LAYOUT_NAMES,
  },
  fromTable: {
    spelling: '--from-table <table>',
    meaning: 'the table or view, if it has another name or belongs to no known tool',
  },
  where: {
    spelling: '--where <filter>',
    meaning: 'which of its rows count: an SQL expression over its columns',
  },
  versionColumn: {
    spelling: '--version-column <column>',
    meaning: 'the column of the version, in a table of no known tool',
  },
  nameColumn: {
    spelling: '--name-column <column>',
    meaning: 'the column of the name, in a table of no known tool',
  },
  timeColumn: {
    spelling: '--time-column <column>',
    meaning: 'the column of the time, in a table of no known tool',
  },
  by: {
    spelling: '--by <mapping>',
    meaning: 'how its rows are matched to migrations',
    choices: MAPPINGS,
  },
  at: {
    spelling: '--at <version>',
    meaning:
      'this version and all before it are applied, 0 for none; no table is read unless named',
    number: 'version',
  },
  sql: { spelling: '--sql', meaning: 'write an SQL file' },
  class: { spelling: '--class', meaning: 'write a class' },
  template: {
    spelling: '--template <kind>',
    meaning: 'include an example, in comments',
    choices: EXAMPLE_NAMES,
  },
} as const satisfies Readonly<Record<string, FlagDefinition>>

/** The name of a flag in the code. */
export type FlagName = keyof typeof DEFINITIONS

/** Every flag by name; a command may give one its own description. */
export const FLAGS: Readonly<Record<FlagName, FlagDefinition>> = DEFINITIONS

/** The values of all flags; a command sees those that it declares. */
export type Flags = { readonly [N in FlagName]?: ValueOf<(typeof DEFINITIONS)[N]> }

/** The value type of a flag, by its spelling; true if an optional value is omitted. */
type ValueOf<D extends FlagDefinition> = D extends { choices: readonly (infer C)[] }
  ? C
  : D extends { number: string }
    ? number
    : D['spelling'] extends `${string}[${string}`
      ? string | true
      : D['spelling'] extends `${string}<${string}`
        ? string
        : boolean
