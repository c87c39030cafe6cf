// Detects what a side leaves on its connection but not in the database, so that the next process lacks it: settings, and functions
// registered by code.
import type { StepSide } from './step-side.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { foldCase } from '../../../src/sql/names.js'
import type { ConnectionLeft } from '../../model/evidence.js'
import type { Registered } from '../../model/version-facts.js'
import type { HandedStatements } from './handed-statements.js'
import { placeAbout, type RanSide } from './statement-about.js'

type Leaving = ConnectionLeft | Registered

/** Watches the connection of one pass. */
export interface ConnectionWatch {
  /** After a side: records what it left, for `taken`. The connection stays as it is. */
  keep(side: StepSide): void
  /** The same after a side that was only tried; settings are restored. */
  undo(side: StepSide): void
  /** After a side that did not run to its end: records nothing and restores settings. */
  reset(side: StepSide): void
  /** Returns what was recorded for a version, and forgets everything. */
  taken(version: number): Leaving[]
}

/**
 * Settings of a connection that change what statements do, or whether the result is safe. Left out are those stored in the file, those that
 * only affect speed, and those that Lockstep sets itself.
 */
const SETTINGS = [
  'count_changes',
  'full_column_names',
  'ignore_check_constraints',
  'legacy_alter_table',
  'query_only',
  'recursive_triggers',
  'reverse_unordered_selects',
  'short_column_names',
  'synchronous',
  'trusted_schema',
  'writable_schema',
]

/** The only setting that cannot be queried. */
const LIKE = 'case_sensitive_like'

/** A setting of better-sqlite3. */
const INTEGERS = 'defaultSafeIntegers'

type Settings = Readonly<Record<string, number>>

/** Starts watching; what exists already is not reported. */
export function connectionWatch(handle: Database, handed: HandedStatements): ConnectionWatch {
  const found = new Map<string, Leaving>()
  const look = settingsReader(handle)
  const calls = listenTo(handle, registeredIn(handle))
  let settings = look()
  const lookAfter = (side: StepSide): Settings =>
    handle.open && (calls.isSet || mayChange(side, handed)) ? look() : settings
  const note = (side: StepSide): Settings => {
    const now = lookAfter(side)
    const noted = [
      ...calls.registered.splice(0).map((one) => registeredBy(side, one)),
      ...differing(settings, now).map((change) => leftBy({ ...side, pass: { handed } }, change)),
    ]
    for (const fact of noted) found.set(keyOf(fact), fact)
    return now
  }
  return {
    keep: (side) => void (settings = note(side)),
    undo: (side) => setBack(handle, differing(settings, note(side))),
    reset(side) {
      calls.registered.length = 0
      setBack(handle, differing(settings, lookAfter(side)))
    },
    taken(version) {
      const taken = [...found.values()].filter((fact) => versionOf(fact) === version)
      found.clear()
      return taken
    },
  }
}

/** SQL changes settings by PRAGMA only; for code, that shows in the statements it runs. */
function mayChange({ entry, direction }: StepSide, { all }: HandedStatements): boolean {
  const side = sideOf(entry, direction)
  if (!side) return false
  if ('scripts' in side) return side.scripts.some((text) => PRAGMA.test(text))
  return all.some(({ text }) => PRAGMA.test(text))
}

const PRAGMA = /\bpragma\b/i

function settingsReader(handle: Database): () => Settings {
  const known = handle
    .prepare<[], { readonly name: string }>('SELECT name FROM unshadowed.pragma_pragma_list')
    .all()
  const names = SETTINGS.filter((setting) => known.some(({ name }) => name === setting))
  const columns = names.map((name) => `(SELECT * FROM unshadowed.pragma_${name}) AS ${name}`)
  const query = `SELECT ${[...columns, `NOT 'a' LIKE 'A' AS ${LIKE}`].join(', ')}`
  const settings = handle.prepare<[], Settings>(query).safeIntegers(false)
  const integer = (): unknown =>
    handle.prepare<[], { readonly one: unknown }>('SELECT 1 AS one').get()?.one
  return () => ({ ...settings.get(), [INTEGERS]: Number(typeof integer() === 'bigint') })
}

type Change = Pick<ConnectionLeft, 'setting' | 'before' | 'after'>

const differing = (before: Settings, now: Settings): Change[] =>
  Object.entries(now)
    .map(([setting, after]) => ({ setting, before: before[setting]!, after }))
    .filter((change) => change.before !== change.after)

const leftBy = (side: RanSide, change: Change): ConnectionLeft => ({
  kind: 'connection-left',
  at: placeAbout(side, [change.setting]),
  ...change,
})

const registeredBy = (
  { entry: { version }, direction }: StepSide,
  one: Pick<Registered, 'type' | 'name'>,
): Registered => ({ kind: 'registered', version, direction, ...one })

const versionOf = (fact: Leaving): number => ('at' in fact ? fact.at.version : fact.version)

const keyOf = (fact: Leaving): string =>
  'at' in fact
    ? `${fact.at.version} ${fact.at.direction} ${fact.setting}`
    : `${fact.version} ${fact.direction} ${fact.type} ${fact.name}`

function setBack(handle: Database, changes: readonly Change[]): void {
  for (const { setting, before } of changes) {
    if (setting === INTEGERS) handle.defaultSafeIntegers(before === 1)
    else handle.exec(`PRAGMA ${setting} = ${before}`)
  }
}

/** The functions and modules that are not built in. */
function registeredIn(handle: Database): ReadonlySet<string> {
  const rows = handle
    .prepare<[], { readonly name: string }>(
      'SELECT name FROM unshadowed.pragma_function_list WHERE NOT builtin UNION ALL SELECT name FROM unshadowed.pragma_module_list',
    )
    .all()
  return new Set(rows.map(({ name }) => foldCase(name)))
}

interface Calls {
  /** What was registered since the list was last emptied. */
  readonly registered: Pick<Registered, 'type' | 'name'>[]
  /** Whether a setting of the client was ever changed. */
  isSet: boolean
}

function listenTo(handle: Database, known: ReadonlySet<string>): Calls {
  const calls: Calls = { registered: [], isSet: false }
  const listen = (method: keyof Database, hear: (given: unknown) => void): void => {
    const original = handle[method] as unknown
    if (typeof original !== 'function') return
    Object.defineProperty(handle, method, {
      configurable: true,
      writable: true,
      value: (...parameters: unknown[]) => {
        hear(parameters[0])
        return original.apply(handle, parameters) as unknown
      },
    })
  }
  for (const method of ['function', 'aggregate', 'table'] as const)
    listen(method, (given) => {
      const name = foldCase(String(given))
      const type = method === 'table' ? 'table' : 'function'
      if (!known.has(name)) calls.registered.push({ type, name })
    })
  listen('defaultSafeIntegers', () => (calls.isSet = true))
  return calls
}
