// The commands of a walk: each is run, and what it answers is done to the shadow as well, or must not have been done at all.
import Database from 'better-sqlite3'
import { isGenerable, freshnessOf } from './checks.js'
import { contentOf, errorsIn, problemsOf, runSide, schemaProblemsOf, shapeOf } from './oracle.js'
import { downKey, upKey, type Step } from './step.js'
import { keyOf, Violation, type Answer, type World } from './world.js'

/** A command, with its words. */
export async function obey(world: World, words: readonly string[]): Promise<Answer> {
  const [command = ''] = words
  const before = {
    content: world.content(),
    ledger: JSON.stringify(world.ledger()),
    exists: world.exists,
  }
  const wanted = expectation(world, words)
  const answer = await world.run(...words)
  world.trace.push(
    `lockstep ${answer.words} → ${answer.exitCode} ${answer.json.error?.code ?? ''}`.trimEnd(),
  )
  const ran = answer.json.steps ?? answer.json.error?.report?.steps ?? []
  if (answer.exitCode !== 0 && ran.length === 0) unchanged(world, before, answer)
  const judge = JUDGES[command]
  if (!judge) throw new Violation(`nobody knows what ${command} does`)
  judge(world, answer, words)
  if (wanted !== 'either' && (answer.exitCode === 0) !== (wanted === 'done'))
    throw new Violation(`${answer.words} was to be ${wanted}: ${JSON.stringify(answer.json)}`)
  return answer
}

type Expectation = 'done' | 'refused' | 'either'

function unchanged(
  world: World,
  before: { content: string; ledger: string; exists: boolean },
  { words, json }: Answer,
): void {
  if (world.content() !== before.content || JSON.stringify(world.ledger()) !== before.ledger)
    throw new Violation(`${words} was refused, and changed the file: ${JSON.stringify(json)}`)
}

const JUDGES: Readonly<
  Record<string, (world: World, answer: Answer, words: readonly string[]) => void>
> = {
  gen: judgeGen,
  migrate: judgeRun,
  rollback: judgeRun,
  redo: judgeRun,
  repair: judgeRepair,
  load: judgeLoad,
  reset: judgeReset,
  mark: judgeMark,
}

function judgeGen(world: World, { exitCode, json }: Answer): void {
  if (exitCode === 0) return world.generated()
  const codes = (json.diagnostics ?? [])
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code)
  world.trace.push(`  ${codes.join()}`)
}

function judgeRun(world: World, { json, words }: Answer): void {
  const { steps = [], downs = [] } = json.error?.report
    ? { ...json.error.report, downs: json.downs }
    : json
  for (const { version, direction } of steps) {
    const own = world.registry?.[version - 1]
    if (direction === 'up') {
      if (version !== world.applied.length + 1 || !own)
        throw new Violation(`${words} applied ${version} out of order`)
      runOrThrow(world, own, 'up', words)
      world.applied.push(own)
    } else {
      const applied = world.applied.at(-1)
      if (applied?.version !== version)
        throw new Violation(`${words} undid ${version} out of order`)
      runOrThrow(
        world,
        undoneWith(applied, own, downs.find((one) => one.version === version)?.from),
        'down',
        words,
      )
      world.applied.pop()
    }
  }
}

function undoneWith(applied: Step, own: Step | undefined, from: string | undefined): Step {
  if (from === 'record' || from === 'git') return applied
  if (from === undefined && (!own || upKey(own) !== upKey(applied))) return applied
  return own ?? applied
}

function runOrThrow({ shadow }: World, step: Step, side: 'up' | 'down', words: string): void {
  const failed = runSide(shadow, step, side)
  if (failed)
    throw new Violation(
      `${words} has run the ${side} of ${step.version}, which fails here: ${failed}`,
    )
}

function judgeRepair(world: World, { exitCode, json, words }: Answer): void {
  if (exitCode !== 0 || (json.rows ?? []).length === 0) return
  const own = world.registry!.slice(0, world.applied.length)
  if (!words.includes('--force') && schemaProblemsOf(shapeOf(world.shadow), own, own) !== 'none')
    throw new Violation(`${words} accepted what the schema does not bear out`)
  world.applied = [...own]
}

function judgeLoad(world: World, { exitCode }: Answer): void {
  if (exitCode !== 0) return
  const own = world.registry!
  for (const step of own) runOrThrow(world, step, 'up', 'load')
  world.applied = [...own]
}

function judgeMark(world: World, { exitCode }: Answer, words: readonly string[]): void {
  const [, id] = words
  if (exitCode !== 0) return
  if (words.includes('--pending')) {
    if (world.applied.pop()?.version !== Number(id))
      throw new Violation(`${id} was forgotten out of order`)
    return
  }
  const step = world.registry?.[Number(id) - 1]
  if (step?.version !== world.applied.length + 1)
    throw new Violation(`${id} was marked out of order`)
  world.applied.push(step)
}

function judgeReset(world: World, { exitCode }: Answer): void {
  if (exitCode !== 0) throw new Violation('reset failed')
  world.shadow.close()
  world.shadow = new Database(':memory:')
  world.applied = []
}

/** What must become of a command. */
function expectation(world: World, words: readonly string[]): Expectation {
  const [command = ''] = words
  if (command === 'gen') return isGenerable(world) ? 'either' : 'refused'
  if (command === 'reset') return 'done'
  const freshness = freshnessOf(world)
  if (freshness !== 'fresh' && freshness !== 'either') return 'refused'
  const wanted = EXPECTATIONS[command]!(world, words)
  return freshness === 'either' && wanted === 'done' ? 'either' : wanted
}

const EXPECTATIONS: Readonly<
  Record<string, (world: World, words: readonly string[]) => Expectation>
> = {
  migrate: ({ applied, registry, shadow }, words) => {
    if (errorsIn(problemsOf(applied, registry!)).length > 0) return 'refused'
    const to = Math.min(
      valueOf('--to', words) ?? Infinity,
      applied.length + (valueOf('--steps', words) ?? Infinity),
    )
    if ((valueOf('--to', words) ?? applied.length) < applied.length) return 'refused'
    if ((valueOf('--to', words) ?? 0) > registry!.length) return 'refused'
    const pending = registry!.slice(applied.length, to)
    return tried(
      shadow,
      pending.map((step) => [step, 'up']),
    )
  },
  rollback: (world, words) => {
    if (world.applied.length === 0 && !words.some((word) => /^--(?:to|steps)$/.test(word)))
      return 'done'
    const down = undoing(world, targetOf(world, words), 'refuse')
    const outcome = down ? tried(world.shadow, down) : 'refused'
    return outcome === 'done' && !words.includes('--yes') ? unasked(world, down!) : outcome
  },
  redo: (world, words) => {
    const count = Number(words.find((word) => /^\d+$/.test(word)) ?? 1)
    const to = world.applied.length - count
    const { registry, applied } = world
    if (world.applied.length === 0) return 'either'
    if (to < 0 || registry!.length <= to) return 'refused'
    if (errorsIn(problemsOf(applied.slice(0, to), registry!)).length > 0) return 'refused'
    const down = undoing(world, to, 'present')
    if (!down) return 'refused'
    const up = registry!.slice(to, applied.length).map((step) => [step, 'up'] as const)
    if (tried(world.shadow, [...down, ...up]) === 'refused') return 'refused'
    if (isLeft(world, down, to)) return 'refused'
    if (words.includes('--yes')) return 'done'
    return unasked(world, [...down, ...up])
  },
  repair: ({ applied, registry, shadow }, words) => {
    const worse = errorsIn(problemsOf(applied, registry!)).filter(
      (one) => !one.startsWith('HISTORY_EDITED'),
    )
    if (worse.length > 0) return 'refused'
    if (words.includes('--force')) return 'done'
    const isEdited = errorsIn(problemsOf(applied, registry!)).length > 0
    const own = registry!.slice(0, applied.length)
    if (isEdited && schemaProblemsOf(shapeOf(shadow), own, own) === 'differs') return 'refused'
    return !words.includes('--reason') && isEdited && writesRows(applied, own)
      ? 'refused'
      : 'either'
  },
  mark: () => 'either',
  load: ({ registry, shadow, hasLedger }) => {
    if (hasLedger || shapeOf(shadow).size > 0) return 'refused'
    const fresh = new Database(':memory:')
    for (const step of registry!) runSide(fresh, step, 'up')
    const hasRows = /: \[\[/.test(contentOf(fresh))
    return hasRows ? 'refused' : 'done'
  },
}

type Sides = readonly (readonly [Step, 'up' | 'down'])[]

/** What goes is asked for, and here nobody answers. */
const unasked = ({ shadow }: World, steps: Sides): Expectation =>
  losesRows(shadow, steps) ? 'refused' : 'either'

/** The steps that a rollback runs; null where one of them is not known, or cannot be undone. */
function undoing(
  world: World,
  to: number,
  otherwise: 'refuse' | 'present',
): [Step, 'down'][] | null {
  if (to < 0 || to > world.applied.length) return null
  const steps = world.applied
    .slice(to)
    .reverse()
    .map((applied) => {
      const own = world.registry?.[applied.version - 1]
      if (own && upKey(own) === upKey(applied)) return own
      const isKnown = world.recorded.has(keyOf(applied)) || world.committed.has(keyOf(applied))
      if (isKnown && downKey(applied) !== null) return applied
      return otherwise === 'present' && own ? own : applied
    })
  const known = steps.every(
    (step) =>
      downKey(step) !== null &&
      (world.recorded.has(keyOf(step)) || world.committed.has(keyOf(step)) || isOwn(world, step)),
  )
  return known ? steps.map((step) => [step, 'down']) : null
}

const isOwn = ({ registry }: World, step: Step): boolean => registry?.[step.version - 1] === step

function tried(
  shadow: Database.Database,
  sides: readonly (readonly [Step, 'up' | 'down'])[],
): Expectation {
  return onCopy(shadow, (copy) =>
    sides.every(([step, side]) => runSide(copy, step, side) === null) ? 'done' : 'refused',
  )
}

/** Something that belongs to the registry, or was made by what is undone, is not as it was. */
function isLeft(world: World, down: readonly [Step, 'down'][], to: number): boolean {
  return onCopy(world.shadow, (copy) => {
    for (const [step, side] of down) runSide(copy, step, side)
    return schemaProblemsOf(shapeOf(copy), world.registry!.slice(0, to), world.registry!) !== 'none'
  })
}

/** Whether one of the edited ones writes rows, now or as it was applied: of these the schema tells nothing. */
const writesRows = (applied: readonly Step[], own: readonly Step[]): boolean =>
  applied.some((step, index) => {
    const sides = [step, own[index]!]
    return (
      upKey(step) !== upKey(own[index]!) && sides.some(({ does }) => /^(?:rows|filled)$/.test(does))
    )
  })

/** Whether there are fewer rows when these are done. */
function losesRows(shadow: Database.Database, steps: Sides): boolean {
  const before = rowsIn(shadow)
  return onCopy(shadow, (copy) => {
    for (const [step, side] of steps) runSide(copy, step, side)
    const now = rowsIn(copy)
    return [...before].some(([table, rows]) => rows > (now.get(table) ?? 0))
  })
}

function rowsIn(db: Database.Database): Map<string, number> {
  const tables = [...shapeOf(db).keys()].filter((key) => key.startsWith('table '))
  const count = (name: string) => db.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number
  return new Map(tables.map((key) => [key, count(key.slice(6))]))
}

function onCopy<T>(shadow: Database.Database, work: (copy: Database.Database) => T): T {
  const copy = new Database(shadow.serialize())
  try {
    return work(copy)
  } finally {
    copy.close()
  }
}

const targetOf = ({ applied }: World, words: readonly string[]): number =>
  valueOf('--to', words) ?? applied.length - (valueOf('--steps', words) ?? 1)

function valueOf(flag: string, words: readonly string[]): number | null {
  const at = words.indexOf(flag)
  return at < 0 ? null : Number(words[at + 1])
}
