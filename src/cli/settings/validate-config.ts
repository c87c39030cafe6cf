// Validates a loaded configuration key by key. Reports everything wrong at once, with suggestions for misspelled keys.
import { isAbsolute } from 'node:path'
import { configInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { DatabaseConfig, LockstepConfig } from '../../model/config.js'
import { nearest } from '../../../codegen/diagnostics/nearest.js'

/** Returns the value as a configuration, or throws `CONFIG_INVALID` with every finding, naming `file`. */
export function validateConfig(value: unknown, file: string): LockstepConfig {
  if (!isRecord(value)) {
    const hint = 'it must export an object by default, ideally with defineConfig({ … })'
    throw new LockstepError(configInvalid(file, [hint]))
  }
  const { databases, ...shared } = value
  const findings = [...findingsIn(shared, '', ['databases']), ...findingsInDatabases(databases)]
  if (findings.length > 0) throw new LockstepError(configInvalid(file, findings))
  return value
}

/** The valid values in words, and a check for them. */
interface Kind {
  readonly wanted: string
  accepts(value: unknown): boolean
}

const text: Kind = {
  wanted: 'text',
  accepts: (value) => typeof value === 'string' && value.trim() !== '',
}
/** In a relative import, bundlers treat `*` as a pattern. */
const folder: Kind = {
  wanted: 'a folder without `*` in its name, which bundlers take for a pattern',
  accepts: (value) =>
    text.accepts(value) && (isAbsolute(String(value)) || !String(value).includes('*')),
}
const oneOf = (...words: readonly string[]): Kind => ({
  wanted: words.map((word) => `'${word}'`).join(' or '),
  accepts: (value) => words.includes(value as string),
})
const SEVERITIES = oneOf('error', 'warning', 'info', 'off')

const severities: Kind = {
  wanted: `an object of severities, each ${SEVERITIES.wanted}`,
  accepts: (value) => isRecord(value) && Object.values(value).every(SEVERITIES.accepts),
}
const override: Kind = {
  wanted: `{ files: ['migrations/0*.sql'], rules: { … } } with severities, each ${SEVERITIES.wanted}`,
  accepts: (value) =>
    isRecord(value) &&
    Object.keys(value).every((key) => key === 'files' || key === 'rules') &&
    isListOf(value['files'], text) &&
    value['files'].length > 0 &&
    severities.accepts(value['rules']),
}

const KINDS: Readonly<Record<keyof DatabaseConfig, Kind>> = {
  driver: oneOf('better-sqlite3'),
  database: text,
  histories: {
    wanted:
      "an object with the folder of each history, such as { core: '../core/migrations' }, or { migrations, table } if its ledger has another name",
    accepts: (value) => isRecord(value) && Object.values(value).every(isPlace),
  },
  history: {
    wanted:
      "a snake_case name such as 'plugin', which neither is nor ends in _log, _lock, _progress or _downs: these belong to the tables next to a ledger",
    accepts: (value) =>
      typeof value === 'string' &&
      /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(value) &&
      !/(?:^|_)(?:log|lock|progress|downs)$|^before_lockstep$/.test(value),
  },
  migrations: folder,
  out: folder,
  open: { wanted: 'a function', accepts: (value) => typeof value === 'function' },
  table: text,
  onUnmanaged: oneOf('refuse', 'allow'),
  onAhead: oneOf('refuse', 'allow'),
  onDrift: oneOf('refuse', 'warn'),
  keepDowns: { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' },
  transaction: oneOf('each', 'all'),
  lockTimeoutMs: {
    wanted: 'a number of milliseconds, 0 or more',
    accepts: (value) => typeof value === 'number' && value >= 0,
  },
  mirrors: {
    wanted: 'a list of functions',
    accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'function'),
  },
  gates: {
    wanted: 'a list of functions, such as [schemaGate()]',
    accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'function'),
  },
  ignoreTables: {
    wanted: 'a list of table names',
    accepts: (value) => isListOf(value, text),
  },
  seeds: {
    wanted:
      'an object with a list of rows for each table (the folder of `lockstep seed` is `seedsFolder`)',
    accepts: (value) => isRecord(value) && Object.values(value).every(isRows),
  },
  seedsFolder: text,
  env: { wanted: 'an object of values for `ctx.env`', accepts: (value) => isRecord(value) },
  types: {
    wanted: "an object with a type for each column, such as { 'users.meta': 'unknown' }",
    accepts: (value) => isRecord(value) && Object.values(value).every(text.accepts),
  },
  replayTimeoutMs: {
    wanted: 'a number of milliseconds above 0',
    accepts: (value) => typeof value === 'number' && value > 0,
  },
  snapshot: { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' },
  schemaPage: { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' },
  minimumSqlite: {
    wanted: "a version of SQLite such as '3.40'",
    accepts: (value) => typeof value === 'string' && /^3\.\d+(\.\d+)?$/.test(value),
  },
  protected: { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' },
  released: {
    wanted: 'the number of a version, like 75',
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  importExtension: oneOf('auto', 'js', 'ts', 'none'),
  language: oneOf('ts', 'js'),
  rules: severities,
  overrides: {
    wanted: `a list of ${override.wanted}`,
    accepts: (value) => isListOf(value, override),
  },
}

const TABLE = '`_migrations_<history>`'

function findingsIn(
  value: Record<string, unknown>,
  prefix: string,
  otherKeys: readonly string[],
): string[] {
  return Object.entries(value).flatMap(([key, entry]) => {
    const kind = Object.hasOwn(KINDS, key) ? KINDS[key as keyof DatabaseConfig] : undefined
    if (!kind) return [unknownKey(prefix, key, otherKeys)]
    if (key === 'table' && entry !== undefined && value['history'] !== undefined)
      return [`\`${prefix}table\` must be left out: that of a history with a name is ${TABLE}`]
    if (entry === undefined || kind.accepts(entry)) return []
    return [`\`${prefix}${key}\` must be ${kind.wanted}, not ${shown(entry)}`]
  })
}

function findingsInDatabases(databases: unknown): string[] {
  if (databases === undefined) return []
  if (!isRecord(databases) || Object.keys(databases).length === 0) {
    return [
      `\`databases\` must be an object with an entry for each database, not ${shown(databases)}`,
    ]
  }
  return Object.entries(databases).flatMap(([name, entry]) =>
    isRecord(entry)
      ? findingsIn(entry, `databases.${name}.`, [])
      : [`\`databases.${name}\` must be an object, not ${shown(entry)}`],
  )
}

function unknownKey(prefix: string, key: string, otherKeys: readonly string[]): string {
  const meant = nearest(key, [...Object.keys(KINDS), ...otherKeys])
  const hint = meant === null ? '' : ` (did you mean \`${prefix}${meant}\`?)`
  return `there is no key \`${prefix}${key}\`${hint}`
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isListOf = (value: unknown, kind: Kind): value is readonly unknown[] =>
  Array.isArray(value) && value.every(kind.accepts)

const isPlace = (value: unknown): boolean =>
  text.accepts(value) ||
  (isRecord(value) &&
    Object.keys(value).every((key) => key === 'migrations' || key === 'table') &&
    text.accepts(value['migrations']) &&
    text.accepts(value['table']))

const isRows = (value: unknown): boolean => Array.isArray(value) && value.every(isRecord)

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  const json = JSON.stringify(value) ?? String(value)
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}
