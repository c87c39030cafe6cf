// A walk: things that happen to a project with branches, one after the other at random, each followed by a look at everything.
import Database from 'better-sqlite3'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pick, randomFrom, type Random } from '../../support/random.js'
import { checkFile, checkMoment } from './checks.js'
import { obey } from './commands.js'
import { recover } from './recover.js'
import { anyStep, edited, type Step } from './step.js'
import { copied, makeWorld, Violation, type World } from './world.js'
import { shapeOf } from './oracle.js'

/** Projects from which several walks begin: making one takes longer than a walk. */
const scenes = new Map<number, World>()
const WALKS_A_SCENE = 20

async function sceneFor(seed: number): Promise<World> {
  const number = Math.floor(seed / WALKS_A_SCENE)
  let scene = scenes.get(number)
  if (!scene) {
    const random = randomFrom(-number - 1)
    scene = await makeWorld(random() < 0.7)
    await prepare(scene, random)
    for (const old of scenes.values()) rmSync(old.root, { recursive: true })
    scenes.clear()
    scenes.set(number, scene)
  }
  return scene
}

/** One walk; throws what it finds, with the way there. The longer it is, the more often it ends with following advice. */
export async function walk(seed: number, length: number): Promise<void> {
  const random = randomFrom(seed)
  const world = copied(await sceneFor(seed))
  try {
    world.checkout(pick(random, [...world.branches.keys()]))
    world.trace.push(`git switch ${world.branch}`)
    if (!world.tracked) await obey(world, ['gen'])
    for (let at = 0; at < length; at++) {
      await happen(world, random)
      await checkMoment(world)
    }
    if (random() < length / 10) await recover(world, random)
  } catch (error) {
    const reason = error instanceof Violation ? error.message : String((error as Error).stack)
    if (process.env['LOCKSTEP_WALKS_KEEP'])
      cpSync(world.root, process.env['LOCKSTEP_WALKS_KEEP'], {
        recursive: true,
        verbatimSymlinks: true,
      })
    throw new Violation(`seed ${seed}, ${world.root}:\n${world.trace.join('\n')}\n${reason}`)
  } finally {
    world.shadow.close()
    rmSync(world.root, { recursive: true, force: true })
  }
}

/** Two branches, or three, with one or two migrations each after what they share. */
async function prepare(world: World, random: Random): Promise<void> {
  if (random() < 0.5) await grow(world, random)
  const branches = random() < 0.3 ? ['x', 'y', 'z'] : ['x', 'y']
  for (const branch of branches) {
    world.repository.git('checkout', '-q', '-b', branch, 'main')
    world.branch = branch
    world.take(world.branches.get('main')!)
    await grow(world, random)
    if (random() < 0.5) await grow(world, random)
  }
}

async function grow(world: World, random: Random): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    const step = anyStep(world.folder.size + 1, random)
    world.write(step)
    world.trace.push(`${world.branch}: + ${tell(step)}`)
    if ((await obey(world, ['gen'])).exitCode === 0) break
    world.remove(step)
  }
  if (!world.tracked && world.registry !== null) await obey(world, ['gen'])
  world.commit()
}

export const tell = ({ version, name, form, does, on, width, rows, down, note }: Step): string =>
  `${version} ${name} ${form} ${does} ${on}${width}${rows} ${down}${note ? ' note' : ''}`

type Happening = (world: World, random: Random) => unknown

const HAPPENINGS: readonly (readonly [weight: number, Happening])[] = [
  [
    6,
    (world, random) =>
      obey(world, ['migrate', ...pick(random, [[], [], [], ['--to', '1'], ['--to', '2']])]),
  ],
  [5, (world) => obey(world, ['gen'])],
  [
    3,
    (world, random) =>
      obey(world, [
        'rollback',
        ...pick(random, [[], ['--steps', '2'], ['--to', '0'], ['--to', '1'], ['--to', '2']]),
        ...pick(random, [[], ['--yes'], ['--yes']]),
      ]),
  ],
  [
    4,
    (world, random) =>
      obey(world, ['redo', ...pick(random, [[], ['2'], ['3']]), ...pick(random, [[], ['--yes']])]),
  ],
  [
    2,
    (world, random) =>
      obey(world, [
        'repair',
        '--yes',
        ...pick(random, [[], ['--reason', 'it is so'], ['--force', '--reason', 'it is so']]),
      ]),
  ],
  [1, (world) => obey(world, ['load'])],
  [1, (world) => obey(world, ['reset', '--yes'])],
  [6, switchBranch],
  [2, merge],
  [5, edit],
  [2, editBack],
  [2, add],
  [2, remove],
  [
    1,
    (world) => {
      world.trace.push('commit')
      world.commit()
    },
  ],
  [2, write],
  [1, forget],
  [
    1,
    (world) => {
      world.trace.push('the registry is deleted')
      rmSync(join(world.root, 'generated'), { recursive: true, force: true })
      world.registry = null
    },
  ],
]

async function happen(world: World, random: Random): Promise<void> {
  let left = random() * HAPPENINGS.reduce((sum, [weight]) => sum + weight, 0)
  const [, act] = HAPPENINGS.find(([weight]) => (left -= weight) < 0) ?? HAPPENINGS[0]!
  await act(world, random)
  checkFile(world)
  // What changes files is mostly followed by generating.
  if ([switchBranch, edit, editBack, add, remove].includes(act as never) && random() < 0.7)
    await obey(world, ['gen'])
}

/** What is on another branch comes here, and what has a number that is taken there is numbered anew. */
async function merge(world: World, random: Random): Promise<void> {
  const branch = pick(random, otherBranches(world))
  for (const [file, step] of world.branches.get(branch)!.folder)
    if (!world.folder.has(file)) world.write(step)
  world.trace.push(`what ${branch} has`)
  const { exitCode, json } = await world.run('renumber', '--base', branch, '--yes')
  world.trace.push(`lockstep renumber --base ${branch} → ${exitCode} ${json.error?.code ?? ''}`)
  world.lookAgain()
  if (json.generated?.ok) world.generated()
}

const otherBranches = ({ branches, branch }: World): string[] =>
  [...branches.keys()].filter((one) => one !== branch)

function switchBranch(world: World, random: Random): void {
  if (random() < 0.6) world.commit()
  else world.discard()
  const branch = pick(random, otherBranches(world))
  world.checkout(branch)
  world.trace.push(`git switch ${branch}`)
}

const newest = (world: World): Step =>
  [...world.folder.values()].reduce((a, b) => (b.version > a.version ? b : a))

function edit(world: World, random: Random): void {
  const step = random() < 0.6 ? newest(world) : pick(random, [...world.folder.values()])
  const next = edited(step, random)
  world.write(next, step)
  world.trace.push(`edit ${tell(step)} → ${tell(next)}`)
}

function editBack(world: World, random: Random): void {
  const step = pick(random, [...world.folder.values()])
  const applied = world.applied[step.version - 1]
  if (!applied) return
  world.write(applied, step)
  world.trace.push(`back ${tell(step)} → ${tell(applied)}`)
}

function add(world: World, random: Random): void {
  const version = newest(world).version + 1
  if (version > 5) return
  const step = anyStep(version, random)
  world.write(step)
  world.trace.push(`+ ${tell(step)}`)
}

function remove(world: World, random: Random): void {
  const step = random() < 0.8 ? newest(world) : pick(random, [...world.folder.values()])
  if (step.version === 1) return
  world.remove(step)
  world.trace.push(`- ${tell(step)}`)
}

/** The application writes a row. */
function write(world: World, random: Random): void {
  const tables = [...shapeOf(world.shadow).keys()].filter((key) => key.startsWith('table '))
  if (tables.length === 0) return
  const table = pick(random, tables).slice(6)
  const db = new Database(world.file)
  for (const one of [db, world.shadow]) one.exec(`INSERT INTO ${table} (v) VALUES ('mine')`)
  db.close()
  world.trace.push(`a row in ${table}`)
}

function forget(world: World): void {
  rmSync(join(world.root, 'node_modules/.cache'), { recursive: true, force: true })
  world.recorded.clear()
  world.trace.push('the cache is deleted')
}
