// What must hold at every moment of a walk: what the file, `status` and `verify` say against what the walk knows.
import { contentOf, errorsIn, problemsOf, schemaProblemsOf, shapeAfter, shapeOf } from './oracle.js'
import { downKey, fileOf, textOf, upKey, type Step } from './step.js'
import { Violation, type Answer, type World } from './world.js'

const same = (what: string, found: unknown, wanted: unknown): void => {
  const [one, other] = [found, wanted].map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  )
  if (one !== other) throw new Violation(`${what}:\nfound  ${one}\nwanted ${other}`)
}

/** All of it. */
export async function checkMoment(world: World): Promise<void> {
  checkFile(world)
  await checkStatus(world)
  await checkVerify(world)
}

const digests = new Map<string, string>()

/** A digest belongs to one meaning, and a meaning to one digest. */
function checkDigest(meaning: string, digest: string): void {
  for (const [key, value] of [
    [`of ${meaning}`, digest],
    [`is ${digest}`, meaning],
  ] as const) {
    const known = digests.get(key)
    if (known !== undefined) same(`the digest ${key}`, value, known)
    digests.set(key, value)
  }
}

/** Tables, rows and ledger are what the walk has done to them. */
export function checkFile(world: World): void {
  same('the content of the file', world.content(), world.exists ? contentOf(world.shadow) : '')
  const rows = world.ledger() ?? []
  same(
    'the ledger',
    rows.map(({ version, name }) => [Number(version), name]),
    world.applied.map(({ version, name }) => [version, name]),
  )
  rows.forEach((row, index) => {
    const step = world.applied[index]!
    checkDigest(`up ${upKey(step)}`, row.checksum)
    if ((row.down_checksum === null) !== (downKey(step) === null))
      throw new Violation(`the ledger knows another down of ${step.version}`)
    if (row.down_checksum !== null) checkDigest(`down ${downKey(step)}`, row.down_checksum)
  })
}

/** How the registry stands to the folder. */
export type Freshness = 'fresh' | 'stale' | 'behind' | 'missing' | 'broken' | 'either'

export function freshnessOf({ registry, folder, history }: World): Freshness {
  if (!registry) return 'missing'
  // Code is imported where it stands.
  if (registry.some((step) => step.form !== 'sql' && !folder.has(fileOf(step)))) return 'broken'
  if ([...folder.values()].some(({ version }) => version > registry.length)) return 'behind'
  if (!history || history.length !== registry.length) return 'stale'
  if (history.some((step, index) => !isAlike(step, registry[index]!))) return 'stale'
  return history.every((step, index) => textOf(step) === textOf(registry[index]!))
    ? 'fresh'
    : 'either'
}

const isAlike = (one: Step, other: Step): boolean =>
  one.name === other.name && upKey(one) === upKey(other) && downKey(one) === downKey(other)

const codesOf = ({ json }: Answer): string[] =>
  (json.problems ?? []).map(({ code, facts }) =>
    [code, facts?.version ?? facts?.versions?.[0] ?? ''].join(' ').trim(),
  )

async function checkStatus(world: World): Promise<void> {
  const answer = await world.run('status')
  const { registry, applied } = world
  const freshness = freshnessOf(world)
  const broken = UNREADABLE[freshness]
  if (!registry || broken) return same('status without a registry', answer.json.error?.code, broken)
  const wanted = problemsOf(applied, registry)
  const codes = codesOf(answer)
  const about = codes
    .filter((code) => code.startsWith('REGISTRY_'))
    .map((code) => code.split(' ')[0])
  same(
    'the problems of status',
    codes.filter((code) => !/^(?:REGISTRY_|LEDGER_BEHIND)/.test(code)).sort(),
    wanted.toSorted(),
  )
  const isBehind = saysBehind(world, registry, codes)
  checkFreshness(freshness, about.join())
  same(
    'what status calls applied',
    answer.json.applied?.map(({ version, name }) => [version, name]),
    applied.map(({ version, name }) => [version, name]),
  )
  same(
    'what status calls pending',
    answer.json.pending?.map(({ version, name }) => [version, name]),
    registry.slice(applied.length).map(({ version, name }) => [version, name]),
  )
  const fails =
    errorsIn(wanted).length > 0 || /REGISTRY_(?:STALE|FILE_MISSING)/.test(about.join()) || isBehind
  same('the exit code of status', answer.exitCode, fails ? 1 : 0)
  const state = answer.json.state
  if (errorsIn(wanted).length > 0 && !/^(?:diverged|ahead)$/.test(state ?? ''))
    throw new Violation(`status says ${state}`)
  if (errorsIn(wanted).length === 0 && world.hasLedger)
    same('the state', state, applied.length === registry.length ? 'current' : 'pending')
}

/** Whether it says that a step is done which the ledger does not have, as one is whose `down` does nothing. */
function saysBehind(world: World, registry: readonly Step[], codes: readonly string[]): boolean {
  const { applied, shadow } = world
  const behind = codes.find((code) => code.startsWith('LEDGER_BEHIND'))
  if (behind && schemaProblemsOf(shapeOf(shadow), applied, registry) === 'none')
    throw new Violation(`status says ${behind}, and the schema is that of ${applied.length}`)
  return behind !== undefined
}

const UNREADABLE: Readonly<Partial<Record<Freshness, string>>> = {
  missing: 'REGISTRY_MISSING',
}

function checkFreshness(freshness: Freshness, told: string): void {
  if (freshness === 'either') return
  const wanted = {
    fresh: '',
    stale: 'REGISTRY_STALE',
    behind: 'REGISTRY_BEHIND',
    broken: 'REGISTRY_FILE_MISSING',
  }
  same('what status says of the registry', told, wanted[freshness as keyof typeof wanted])
}

/** Whether everything is as it should be; null where comments decide. */
export function isSound(world: World): boolean | null {
  const { registry, applied, shadow, exists } = world
  if (!registry || !exists) return false
  if (errorsIn(problemsOf(applied, registry)).length > 0) return false
  if (schemaProblemsOf(shapeOf(shadow), applied, registry) !== 'none') return false
  const freshness = freshnessOf(world)
  return freshness === 'either' ? null : freshness !== 'stale' && freshness !== 'broken'
}

async function checkVerify(world: World): Promise<void> {
  const answer = await world.run('verify')
  const sound = isSound(world)
  if (sound !== null && (answer.exitCode === 0) !== sound)
    throw new Violation(
      `verify ${sound ? 'is not content' : 'is content'}: ${JSON.stringify(answer.json, null, 1)}`,
    )
}

/** Whether the history of the folder can be generated, as far as a walk can tell. */
export function isGenerable({ history }: World): boolean {
  return history !== null && shapeAfter(history) !== null
}
