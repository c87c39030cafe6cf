// The project that a walk goes through: its folder, its branches, its database, and what the walk knows of each.
import Database from 'better-sqlite3'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, type TestRepository } from '../../codegen/base-branch/repository.js'
import { runProgram } from '../support/command-line.js'
import { copyOf, migrationProject } from '../support/project.js'
import { contentOf } from './oracle.js'
import { BASE, downKey, fileOf, textOf, upKey, type Step } from './step.js'

/** What a commit has. */
export interface Tree {
  readonly folder: ReadonlyMap<string, Step>
  readonly registry: readonly Step[] | null
}

/** How a command ended, with its document. */
export interface Answer {
  readonly words: string
  readonly exitCode: number | null
  readonly json: Document
  readonly stderr: string
}

/** The parts of the documents that walks look at. */
export interface Document {
  readonly error?: { code: string; message: string; fix: string; report?: Document }
  readonly steps?: readonly { version: number; direction: 'up' | 'down' }[]
  readonly downs?: readonly { version: number; from: 'record' | 'git' | 'code' }[]
  readonly problems?: readonly Told[]
  readonly diagnostics?: readonly { code: string; severity: string }[]
  readonly applied?: readonly { version: number; name: string }[]
  readonly pending?: readonly { version: number; name: string }[]
  readonly rows?: readonly unknown[]
  readonly generated?: { readonly ok: boolean } | null
  readonly state?: string
  readonly ok?: boolean
}
export interface Told {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly fix: string
  readonly facts?: { version?: number; versions?: readonly number[] }
}

const RULES = [
  'DOWN_NOT_INVERSE',
  'DOWN_EMPTY',
  'MIGRATION_EMPTY',
  'SCHEMA_AND_DATA_MIXED',
  'REPLAY_UP_AGAIN_FAILED',
  'UP_NOT_REPEATABLE',
]

const CONFIG = `export default { database: 'data/app.db', rules: { ${RULES.map((rule) => `${rule}: 'off'`).join(', ')} } }\n`

/** One project under way. What is said of it here is what the walk has done, never what Lockstep tells. */
export class World {
  readonly repository: TestRepository
  /** Whether generated files are committed. */
  readonly tracked: boolean
  folder = new Map<string, Step>()
  registry: readonly Step[] | null = null
  branch = 'main'
  readonly branches = new Map<string, Tree>()
  /** What stands in the file, step by step, as it was applied. */
  applied: Step[] = []
  shadow = new Database(':memory:')
  /** What has a record, and what a commit has. */
  readonly recorded = new Set<string>()
  readonly committed = new Set<string>()
  readonly trace: string[] = []

  constructor(
    readonly root: string,
    tracked: boolean,
  ) {
    this.repository = at(root)
    this.tracked = tracked
  }

  get file(): string {
    return join(this.root, 'data/app.db')
  }

  get exists(): boolean {
    return existsSync(this.file)
  }

  /** The folder as a history; null where numbers are missing or doubled. */
  get history(): Step[] | null {
    const steps = [...this.folder.values()].sort((a, b) => a.version - b.version)
    return steps.every(({ version }, index) => version === index + 1) ? steps : null
  }

  write(step: Step, instead?: Step): void {
    if (instead) this.remove(instead)
    writeFileSync(join(this.root, 'migrations', fileOf(step)), textOf(step))
    this.folder.set(fileOf(step), step)
  }

  remove(step: Step): void {
    rmSync(join(this.root, 'migrations', fileOf(step)))
    this.folder.delete(fileOf(step))
  }

  /** Files were renamed, and hold what they held. */
  lookAgain(): void {
    const known = [
      ...this.folder.values(),
      ...[...this.branches.values()].flatMap(({ folder }) => [...folder.values()]),
    ]
    this.folder = new Map(
      readdirSync(join(this.root, 'migrations')).map((file) => {
        const [, version = '', name, end] = /^(\d+)_(\w+)\.(\w+)$/.exec(file) ?? []
        const text = readFileSync(join(this.root, 'migrations', file), 'utf8')
        const step = known.find(
          (one) => one.name === name && textOf(one) === text && fileOf(one).endsWith(`.${end}`),
        )
        if (!step) throw new Violation(`${file} holds what nobody wrote: ${text}`)
        return [file, { ...step, version: Number(version) }]
      }),
    )
  }

  /** What was generated is what the folder says. */
  generated(): void {
    const { history } = this
    if (!history) throw new Violation('a folder was generated that is no history')
    this.registry = history
    for (const step of history) this.recorded.add(keyOf(step))
  }

  commit(): void {
    this.repository.git('add', '-A')
    this.repository.git('commit', '-q', '--allow-empty', '-m', 'a step')
    for (const step of this.folder.values()) this.committed.add(keyOf(step))
    this.branches.set(this.branch, { folder: new Map(this.folder), registry: this.registry })
  }

  discard(): void {
    this.repository.git('reset', '-q', '--hard')
    this.repository.git('clean', '-fdq')
    this.take(this.branches.get(this.branch)!)
  }

  checkout(branch: string): void {
    this.repository.git('checkout', '-q', branch)
    this.branch = branch
    this.take(this.branches.get(branch)!)
  }

  take({ folder, registry }: Tree): void {
    this.folder = new Map(folder)
    if (this.tracked) this.registry = registry
  }

  async run(...argv: string[]): Promise<Answer> {
    const words = argv.join(' ')
    const { exitCode, stdout, stderr } = await runProgram(this.root, [...argv, '--json'])
    const json = parsed(stdout)
    if (!json) throw new Violation(`${words} printed no document: ${stdout}${stderr}`)
    if (json.error?.code === 'COMMAND_UNEXPECTED' || /^ +at .*:\d+:\d+/m.test(stderr))
      throw new Violation(`${words} crashed: ${stdout}${stderr}`)
    return { words, exitCode, json, stderr }
  }

  /** All that a command may change: bytes of the file are not comparable, its content is. */
  content(): string {
    if (!this.exists) return ''
    const db = new Database(this.file, { readonly: true })
    try {
      return contentOf(db)
    } finally {
      db.close()
    }
  }

  get hasLedger(): boolean {
    return this.ledger() !== null
  }

  /** Its rows; null where there is none. */
  ledger(): readonly LedgerLine[] | null {
    if (!this.exists) return null
    const db = new Database(this.file, { readonly: true })
    try {
      const has = db.prepare("SELECT 1 FROM sqlite_master WHERE name = '_migrations'").get()
      return has
        ? (db.prepare('SELECT * FROM _migrations ORDER BY version').all() as LedgerLine[])
        : null
    } finally {
      db.close()
    }
  }
}

export interface LedgerLine {
  readonly version: string
  readonly name: string
  readonly checksum: string
  readonly down_checksum: string | null
  readonly lineage: string
}

/** What a walk found that must not be. */
export class Violation extends TypeError {}

export const keyOf = (step: Step): string => `${upKey(step)} / ${downKey(step)}`

function parsed(text: string): Document | null {
  try {
    return JSON.parse(text) as Document
  } catch {
    return null
  }
}

/** A project with one migration, generated and committed. */
export async function makeWorld(tracked: boolean): Promise<World> {
  const root = migrationProject({ [fileOf(BASE)]: textOf(BASE) })
  rmSync(join(root, 'lockstep.config.ts'))
  writeFileSync(join(root, 'lockstep.config.js'), CONFIG)
  writeFileSync(join(root, '.gitignore'), `node_modules\ndata\n${tracked ? '' : 'generated\n'}`)
  const world = new World(root, tracked)
  world.repository.git('init', '-q', '-b', 'main')
  await world.run('gen')
  world.folder.set(fileOf(BASE), BASE)
  world.registry = [BASE]
  world.recorded.add(keyOf(BASE))
  world.commit()
  return world
}

/** Another project in the same state, which has no database yet. */
export function copied(world: World): World {
  const copy = new World(copyOf(world.root), world.tracked)
  copy.take(world)
  copy.registry = world.registry
  copy.branch = world.branch
  for (const [name, tree] of world.branches) copy.branches.set(name, tree)
  for (const name of ['recorded', 'committed'] as const)
    for (const key of world[name]) copy[name].add(key)
  copy.trace.push(...world.trace)
  return copy
}
