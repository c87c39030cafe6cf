// Provides the other tools, installed and built, and the history in the forms that they need.
import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Registry } from '../../../src/drivers/better-sqlite3.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { SETTINGS, withNewFile } from '../../contestants/database-file.js'
import { finalState } from '../../contestants/final-state.js'
import { rawSteps } from '../../contestants/raw.js'
import type { Material, Tool } from '../../contestants/tool.js'
import { bundledRegistry } from '../../history/generated-registry.js'
import { sampleHistory, type SampleMigration } from '../../history/sample-history.js'
import type { DrawLinePlot } from '../../print/line-plot.js'
import type { Bench } from '../bench.js'
import { builtProgram } from '../built-program.js'
import { buildModule, buildTool, type BuiltTool } from './build-tool.js'

/** The files in bench/peers/tools, in the order of the tables. */
const TOOLS = [
  'by-hand',
  'by-hand-bare',
  'lockstep',
  'lockstep-all',
  'blackglory',
  'drizzle',
  'knex',
  'kysely',
  'mikro-orm',
  'typeorm',
  'umzug',
] as const

/** The numbers of migrations with which tools are compared. */
export const SIZES = [10, 100, 1000] as const

/** The contestant that all ratios refer to. */
export const BASE = 'by hand'

/** Those that are not tools that an application could use: they only take part in measurements of time. */
const BY_HAND: ReadonlySet<string> = new Set(['by-hand', 'by-hand-bare'])

/** Those that differ from another one only in how they apply migrations. */
const VARIANTS: ReadonlySet<string> = new Set(['by-hand-bare', 'lockstep-all'])

/** One tool with its programs. */
export interface Peer extends BuiltTool {
  readonly tool: Tool
  /** Null if it has no package of its own. */
  readonly version: string | null
  readonly isVariant: boolean
  readonly isByHand: boolean
}

/** Everything that the sections about other tools need. */
export interface Toolbox {
  readonly peers: readonly Peer[]
  /** The first `size` migrations, in memory and as a JSON file. */
  material(size: number): { readonly material: Material; readonly file: string }
  /** The state that every tool must reach, as returned by `finalState`. */
  expected(size: number): Promise<string>
  readonly draw: DrawLinePlot
}

/** Installs the tools unless they are up to date, builds their programs, and loads them. Throws errors of npm and the bundler. */
export async function openToolbox(bench: Bench): Promise<Toolbox> {
  installPeers(bench)
  const program = builtProgram(bench.lockstep)
  bench.tell('building the programs of the tools')
  const peers: Peer[] = []
  for (const name of TOOLS) peers.push(await peerOf(bench, name, doorBeside(program)))
  const history = sampleHistory(Math.max(...SIZES))
  const { registry } = await bundledRegistry(bench, history, 'sql')
  const material = materialIn(bench.scratch, history, registry)
  const base = peers.find(({ tool }) => tool.name === BASE)!
  return {
    peers,
    material,
    draw: await drawing(bench),
    expected: (size) =>
      withNewFile(bench.scratch, async (file) => {
        await migrateWith(base.tool, file, SETTINGS.wal, material(size).material)
        return finalState(file, base.tool.ledger)
      }),
  }
}

/** Opens the file with a tool, migrates, and closes it. */
export async function migrateWith(
  tool: Tool,
  file: string,
  settings: string,
  material: Material,
): Promise<void> {
  const session = await tool.open(file, settings, material)
  try {
    await session.migrate()
  } finally {
    await session.close()
  }
}

/** Creates an empty database in WAL mode, so that no process has to switch it. */
export function createWalFile(file: string): void {
  const db = new Database(file)
  db.exec(SETTINGS.wal)
  db.close()
}

function installPeers({ lockstep }: Bench): void {
  const cwd = join(lockstep, 'bench/peers')
  const installed = join(cwd, 'node_modules/.package-lock.json')
  if (existsSync(installed) && changedAt(installed) > changedAt(join(cwd, 'package-lock.json')))
    return
  console.error('Installing the tools to compare with into bench/peers/node_modules …')
  // Links to the client that this repository has installed; no other dependency has to be compiled.
  const { status, stderr } = spawnSync('npm ci --ignore-scripts', {
    cwd,
    encoding: 'utf8',
    shell: true,
  })
  if (status !== 0) throw new TypeError(`The tools could not be installed.\n${stderr}`)
}

const changedAt = (file: string): number => statSync(file).mtimeMs

async function drawing(bench: Bench): Promise<DrawLinePlot> {
  const file = await buildModule(bench, './plots/draw-line-plot.ts')
  const module = (await import(pathToFileURL(file).href)) as { readonly drawLinePlot: DrawLinePlot }
  return module.drawLinePlot
}

/** The entry point that Node loads in applications, from the same build as the program. */
const doorBeside = (program: string): string => join(program, '../../../doors/better-sqlite3.js')

async function peerOf(bench: Bench, name: string, door: string): Promise<Peer> {
  const built = await buildTool(bench, name, door)
  const { tool } = (await import(pathToFileURL(built.module).href)) as { readonly tool: Tool }
  const manifest = join(bench.lockstep, 'bench/peers/node_modules', tool.name, 'package.json')
  const version = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version
    : null
  const isByHand = BY_HAND.has(name)
  return { ...built, tool, version, isByHand, isVariant: VARIANTS.has(name) }
}

/** Returns a function that gives the material of each size, the same one at each call. */
function materialIn(
  scratch: string,
  history: readonly SampleMigration[],
  registry: Registry,
): Toolbox['material'] {
  const migrations = history.map((one) => ({
    ...one,
    id: `${String(one.version).padStart(4, '0')}_${one.name}`,
    statements: splitStatements(one.up).map(({ text }) => text),
  }))
  const raw = rawSteps(history, registry)
  const found = new Map<number, ReturnType<Toolbox['material']>>()
  return (size) => {
    const known = found.get(size)
    if (known) return known
    const folder = join(scratch, `material-${size}`)
    mkdirSync(folder)
    const material: Material = {
      history: migrations.slice(0, size),
      registry: registry.slice(0, size),
      raw: raw.slice(0, size),
      folder,
    }
    const file = join(folder, 'material.json')
    writeFileSync(file, JSON.stringify(material))
    found.set(size, { material, file })
    return { material, file }
  }
}
