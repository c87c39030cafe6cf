// A step leaves its connection in a different state, and the next one may run on a new connection.
import { wordsOf } from '../../sql/word-reader.js'
import { factsIn, factsOf, type FactOf } from '../subject/facts.js'
import { statementPlace } from '../subject/place.js'
import type { Finding, FoundStatement, ReplayedStep, Rule } from '../subject/rule.js'
import type { Direction } from '../../model/evidence.js'
import { sideName } from '../wording/describe-step.js'
import { versionId } from '../../../src/model/version.js'

/** For settings, all that are changed; for what code registers, only what another side uses without registering it. */
export const connectionChanged: Rule = {
  code: 'CONNECTION_CHANGED',
  severity: 'error',
  stage: 'replay',
  outlivesRelease: true,
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'connection-left')) {
      yield {
        at,
        message: `${sideName(step.version, fact.at.direction, at)} leaves ${fact.setting} ${stateOf(fact, 'after')} on its connection; it was ${stateOf(fact, 'before')}. A later version sees this only if both run in one process: an installation that already has this version runs the next one without it.`,
        fix: `Add ${settingBack(fact)} at the end of the step. If all connections are to have it, set it in \`open\` of the configuration and where the application opens its database.`,
      }
    }
    yield* missing(subject.replay?.steps ?? [])
  },
}

const BOOLEAN = ['OFF', 'ON']

const stateOf = (fact: FactOf<'connection-left'>, when: 'before' | 'after'): string =>
  (fact.setting === 'synchronous' ? undefined : BOOLEAN[fact[when]]) ?? String(fact[when])

const settingBack = (fact: FactOf<'connection-left'>): string =>
  fact.setting === 'defaultSafeIntegers'
    ? `\`db.defaultSafeIntegers(${fact.before === 1})\``
    : `\`PRAGMA ${fact.setting} = ${stateOf(fact, 'before')}\``

/** What sides use that another one has registered before. */
function* missing(steps: readonly ReplayedStep[]): Generator<Finding> {
  const known = new Map<string, Owned>()
  for (const step of steps) {
    for (const direction of ['up', 'down'] as const) {
      const own = factsIn(step, 'registered').filter((fact) => fact.direction === direction)
      const others = [...known.values()].filter(
        ({ fact }) => !own.some(({ name }) => name === fact.name),
      )
      yield* others.flatMap((one) => unregisteredIn(step, direction, one))
      for (const fact of own) known.set(fact.name, { step, fact })
    }
  }
}

/** What was registered, and the step that did it. */
interface Owned {
  readonly step: ReplayedStep
  readonly fact: FactOf<'registered'>
}

/** The first use of it in a side; undefined if it is not used. */
function unregisteredIn(
  step: ReplayedStep,
  direction: Direction,
  { step: by, fact }: Owned,
): Finding[] {
  const statement = step.statements.find((one) => one.direction === direction && uses(one, fact))
  if (!statement) return []
  const { type, name } = fact
  const at = statementPlace(statement)
  const registrar = by === step ? 'its `up`' : `version ${versionId(by.version)}`
  const finding = {
    at,
    message: `${sideName(step.version, direction, at)} uses the ${type} ${name}, which ${registrar} has registered on the connection. An installation that already has version ${versionId(by.version)} runs it in a new process, where there is no ${name}.`,
    fix: `Register ${name} in this step as well; or in \`open\` of the configuration and where the application opens its database.`,
  }
  return [finding]
}

/** Words before the name of a table that is followed by its columns. */
const BEFORE_TABLES = new Set(['into', 'table', 'exists', 'references', 'on', 'with'])

/** Whether a statement calls a function, or reads a virtual table. Uses in views and triggers concern whoever uses those. */
function uses({ text, shape }: FoundStatement, { type, name }: FactOf<'registered'>): boolean {
  if (shape.kind === 'create-view' || shape.kind === 'create-trigger') return false
  const words = [...wordsOf(text)]
  return words.some(({ key }, index) => {
    if (key !== name) return false
    const before = words[index - 1]?.key ?? ''
    if (type === 'table') return BEFORE_SOURCES.has(before)
    return words[index + 1]?.text === '(' && !BEFORE_TABLES.has(before)
  })
}

const BEFORE_SOURCES = new Set(['from', 'join', 'using'])
