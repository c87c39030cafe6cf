// Follows what Lockstep advises, to the letter, until `status` and `verify` are content: there must be no dead end.
import { pick, type Random } from '../../support/random.js'
import { checkMoment } from './checks.js'
import { obey } from './commands.js'
import { Violation, type Told, type World } from './world.js'

const MOST = 25

export async function recover(world: World, random: Random): Promise<void> {
  world.trace.push('recovering')
  for (let times = 0; times < MOST; times++) {
    const [advice] = await adviceIn(world)
    if (advice === undefined) return
    await follow(world, advice, random)
    await checkMoment(world)
  }
  throw new Violation(`no way back in ${MOST} steps`)
}

/** What is said to be done, the first of it first. */
async function adviceIn(world: World): Promise<string[]> {
  const { json } = await world.run('status')
  const told = json.error ? [json.error] : (json.problems ?? []).filter(isError)
  if (told.length > 0) return told.map(({ fix }) => fix)
  if ((json.pending ?? []).length > 0) return ['Apply with `lockstep migrate`.']
  return ((await world.run('verify')).json.problems ?? []).filter(isError).map(({ fix }) => fix)
}

const isError = ({ severity }: Told): boolean => severity === 'error'

/** Does one thing of what is advised; where that is refused, what is advised then. */
async function follow(world: World, fix: string, random: Random, depth = 0): Promise<void> {
  world.trace.push(`  advice: ${fix}`)
  const ways = [...fix.matchAll(/`([^`]+)`/g)]
    .map(([, command = '']) => command)
    .filter((one) => WAYS.test(one))
  if (/Restore \S+ and|[Rr]estore the edited/.test(fix)) ways.push('restore')
  if (/by hand|find out who did this|restore a backup/i.test(fix)) ways.push('lockstep reset')
  if (ways.length === 0) throw new Violation(`nothing to follow in: ${fix}`)
  const way = pick(random, ways)
  if (way === 'restore') return restoreAll(world)
  const [program, ...words] = way.replace('"<why>"', 'why').split(' ')
  if (program === 'git') return switchTo(world, words.at(-1) ?? '')
  const asks = /^(?:redo|repair|reset|rollback|mark)$/.test(words[0]!) && !words.includes('--yes')
  const answer = await obey(world, asks ? [...words, '--yes'] : words)
  if (words[0] === 'gen' && answer.exitCode !== 0) return mend(world)
  if (answer.json.error && depth < 4) await follow(world, answer.json.error.fix, random, depth + 1)
}

const WAYS =
  /^(?:lockstep (?:gen|migrate|rollback|redo|repair|reset|load|mark)\b(?!.*--help)|git switch \w+$)/

function restoreAll(world: World): void {
  for (const applied of world.applied) {
    const own = [...world.folder.values()].find(({ version }) => version === applied.version)
    world.write(applied, own)
  }
  world.trace.push('what was applied is written again')
}

function switchTo(world: World, branch: string): void {
  world.commit()
  if (!world.branches.has(branch)) throw new Violation(`there is no branch ${branch}`)
  world.checkout(branch)
  world.trace.push(`git switch ${branch}`)
}

/** What a person does with a folder that is refused: it is numbered through, and what fails at the end is taken away. */
function mend(world: World): void {
  const steps = [...world.folder.values()].sort((a, b) => a.version - b.version)
  for (const step of steps) world.remove(step)
  steps.forEach((step, index) => world.write({ ...step, version: index + 1 }))
  const failing = [...world.folder.values()].at(-1)
  if (steps.every(({ version }, index) => version === index + 1) && failing) world.remove(failing)
  world.trace.push('the folder is mended')
}
