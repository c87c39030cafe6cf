// Checks a migrations folder together with what replaying it brought to light: catalogs of a real database, and facts
// that a test makes up.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { examine } from '../../../codegen/check/check.js'
import { rules } from '../../../codegen/check/rules.js'
import type { Fact, Proof, StepPlace, VersionProof } from '../../../codegen/model/evidence.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { ParsedMigration, Side } from '../../../codegen/model/migration.js'
import { catalogReader } from '../../../codegen/replay/catalog/read-catalog.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { settingsFor } from '../../support/project.js'
import { placesOf, readProject, type Folder } from './check-folder.js'

/** What is made up of a replay. */
export interface MadeUp {
  readonly facts?: readonly Fact[]
  readonly settings?: Partial<GenerateSettings>
}

/**
 * The findings of the replay rules and of those about comments, other rules left out. `up` that is SQL is really run; `up`
 * that is code runs when it is in `code`, by version. Throws when a message does not name its file, or is no sentence.
 */
export async function replayFolder(
  folder: Folder,
  { facts = [], settings = {}, code = {} }: MadeUp & { readonly code?: Code } = {},
): Promise<Diagnostic[]> {
  const { root, reading } = await readProject(folder)
  const proof = replay(reading.migrations, rooted(facts, join(root, 'migrations')), code)
  return judged(
    examine(reading, settingsFor(root, { replay: true, ...settings })).withProof(proof).diagnostics,
  )
}

/** What `up` of a version does, where it is code. */
export type Code = Readonly<Record<number, (db: Handle) => void>>

/** `file:line:column severity CODE` of each finding, the folder's name left out. */
export const placesAfterReplay = async (
  ...asked: Parameters<typeof replayFolder>
): Promise<string[]> => placesOf(await replayFolder(...asked))

/** The one finding that there is. Throws when there is none, or more. */
export async function onlyFinding(...asked: Parameters<typeof replayFolder>): Promise<Diagnostic> {
  const [found, ...others] = await replayFolder(...asked)
  if (!found || others.length > 0)
    throw new TypeError(`expected one finding, not ${JSON.stringify([found, ...others], null, 2)}`)
  return found
}

/** A place in a step that is SQL: the first statement of the first script, unless it says otherwise. */
export const placeIn = (version: number, place: Partial<StepPlace> = {}): StepPlace => ({
  version,
  direction: 'up',
  script: 0,
  offset: 0,
  statement: null,
  frame: null,
  ...place,
})

/** An SQL migration. */
export const sqlFile = (up: string, down = 'PRAGMA optimize;'): string =>
  `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`

/**
 * The findings of the replay rules and of those in whose place they speak; other rules that only read are left to their own
 * tests. Throws when a message does not name its file, or is no sentence.
 */
export const judged = (found: readonly Diagnostic[]): Diagnostic[] =>
  found.filter(({ code }) => JUDGED.has(code)).map(sound)

const JUDGED = new Set([
  ...rules.filter(({ stage }) => stage).map(({ code }) => code),
  ...rules.flatMap(({ supersedes = [] }) => supersedes),
])

function sound(diagnostic: Diagnostic): Diagnostic {
  const { code, file, message, fix } = diagnostic
  if (!message.includes(file)) throw new TypeError(`${code} does not name ${file}: ${message}`)
  for (const text of [message, fix]) {
    if (!/^[A-Z`m].*\.$/.test(text)) throw new TypeError(`${code} is no sentence: ${text}`)
  }
  return diagnostic
}

/** Frames of made-up facts name files of the folder. */
const rooted = (facts: readonly Fact[], folder: string): Fact[] =>
  facts.map((fact) => {
    if (!('at' in fact) || !fact.at.frame) return fact
    const frame = { ...fact.at.frame, file: join(folder, fact.at.frame.file) }
    return { ...fact, at: { ...fact.at, frame } }
  })

/** Runs each `up`, and reads the schema after it. Ends at the first version with a failure on an empty database. */
function replay(migrations: readonly ParsedMigration[], facts: readonly Fact[], code: Code): Proof {
  const db = new Database(':memory:')
  try {
    db.pragma('foreign_keys = OFF')
    const reader = catalogReader(db as unknown as Handle, {
      ledger: '_migrations',
      ignoreTables: [],
    })
    const versions: VersionProof[] = []
    for (const { version, up } of migrations) {
      const own = facts.filter((fact) => versionOf(fact) === version)
      const failed = own.some(failsAtOnce)
      if (!failed) runUp(db, up, code[version])
      const { changes: catalog } = reader.read()
      versions.push({ version, schemaDigest: null, schemaChanges: {}, catalog, facts: own })
      if (failed) break
    }
    const complete = versions.length === migrations.length
    return { versions, complete, views: {}, sqlite: '3.53.0' }
  } finally {
    db.close()
  }
}

const versionOf = (fact: Fact): number => ('at' in fact ? fact.at.version : fact.version)

const failsAtOnce = (fact: Fact): boolean =>
  fact.kind === 'step-failed' && fact.stage === 'empty' && fact.at.direction === 'up'

function runUp(db: Database.Database, up: Side | null, code: Code[number] | undefined): void {
  if (up?.kind === 'sql') for (const { text } of up.pieces) db.exec(text)
  else if (code) code(db as unknown as Handle)
}
