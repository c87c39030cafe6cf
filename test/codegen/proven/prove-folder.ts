// Checks a project's migrations with the whole proof, in this process: what `lockstep check` finds, without its children.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { evaluateModule } from '../../../codegen/bundle/evaluate-module.js'
import { examine } from '../../../codegen/check/check.js'
import { replayable } from '../../../codegen/check/obstacles.js'
import { discover } from '../../../codegen/discover/discover.js'
import type { Proof } from '../../../codegen/model/evidence.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { readMigrations } from '../../../codegen/parse/read-migrations.js'
import { registryItems } from '../../../codegen/render/registry/registry-item.js'
import { bundleRegistry, registryPath } from '../../../codegen/replay/bundle-registry.js'
import { leaveOut } from '../../../codegen/replay/sides/leave-out.js'
import type { HistoryRun, Seeds } from '../../../codegen/replay/sides/history-run.js'
import { mergeLines } from '../../../codegen/replay/merge-lines.js'
import { proveRows } from '../../../codegen/replay/rows/prove-rows.js'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { temporaryProject } from '../generate/temporary-project.js'

/** What is wrong with the migrations of the project in `root`, static findings and those of the proof. */
export async function proveFolder(root: string): Promise<readonly Diagnostic[]> {
  const { seeds = {}, ...stated } = statedIn(root)
  const settings = { ...DEFAULTS, root, migrations: join(root, 'migrations'), out: root, ...stated }
  const reading = readMigrations(await discover(root, settings.migrations))
  const examination = examine(reading, settings)
  const { leftOut } = examination
  const migrations = replayable(reading, examination)
  if (migrations.length === 0) return examination.diagnostics
  const items = registryItems({ ...reading, migrations })
  const { bundle, diagnostics } = await bundleRegistry(items, settings)
  if (!bundle) return diagnostics
  const loaded = evaluateModule(bundle.code, registryPath(settings))
  const registry = leaveOut(loaded['registry'] as Registry<Handle>, leftOut)
  const proof = await prove(registry, seeds)
  const complete = proof.complete && migrations.length === reading.migrations.length
  return examination.withProof({ ...proof, complete })
}

/** `file:line:column severity CODE` of everything that is wrong with these migrations, by their names. */
export async function placesProven(
  migrations: Readonly<Record<string, string>>,
): Promise<string[]> {
  const files = Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text])
  const root = temporaryProject({ 'package.json': '{}', ...Object.fromEntries(files) })
  return (await proveFolder(root)).map(
    ({ file, line, column, severity, code }) =>
      `${file.replace(/^migrations\//, '')}:${line}:${column} ${severity} ${code}`,
  )
}

/** Proves a registry in both ways and puts together what they found. */
export async function prove(registry: Registry<Handle>, seeds: Seeds = {}): Promise<Proof> {
  const run: HistoryRun = {
    registry,
    open: async () => new Database(':memory:') as Handle,
    table: '_migrations',
    ignoreTables: [],
    seeds,
    provenTo: 0,
    report: () => {},
  }
  return mergeLines([], await proveSchema(run), await proveRows(run))
}

/** Settings of a project, with rows for its tables. */
type Stated = Partial<GenerateSettings> & { readonly seeds?: Seeds }

function statedIn(root: string): Stated {
  const file = join(root, 'settings.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stated) : {}
}

const DEFAULTS: Omit<GenerateSettings, 'root' | 'migrations' | 'out'> = {
  driver: 'better-sqlite3',
  mode: 'sync',
  importExtension: 'js',
  language: 'ts',
  rules: {},
  replay: true,
  config: null,
  table: '_migrations',
  ignoreTables: [],
  replayTimeoutMs: 60_000,
  schemaPage: true,
  minimumSqlite: null,
}
