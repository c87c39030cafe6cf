// Builds the canonical description of an `up` or `down` that is code: the function and everything it mentions.
import { ts } from 'ts-morph'
import { startWalk, type Start, mentionMember, type Walk, enter, mention } from './code-walk.js'
import { type Description, leaf } from './digest.js'
import { describeFunction, describePending, describeNode } from './describe-node.js'
import { memberNames, sideNameOf, STATED } from '../loading/owner.js'
import { ACTS } from '../loading/levels.js'
import { stepsOf, type Step } from '../loading/load-order.js'
import type { Loading } from './loading.js'

/**
 * Describes a function of a migration, or of a helper that the migration takes it from; then each declaration that it mentions,
 * in the order of first mention, and what these mention in turn; then what all their files do when they are loaded. Mentions are
 * found by name and scope, without types. Renaming anything changes the description. Throws `RangeError` if thousands of calls
 * are chained or nested.
 */
export function describeCode(start: Start): Description {
  const walk = startWalk(start)
  describeFunction(walk, start.root)
  describePending(walk)
  describeLoading(walk)
  describeHandedOn(walk)
  describeClassName(walk)
  return { items: walk.out, sawMore: walk.sawMore }
}

/**
 * If `this` or the migration is destructured, aliased or passed on, mentions the stated facts about it and its other side, as far
 * as the described code names such a member, as in `const { description } = this`, `self.down(db)` or `VALUES (@description)`; if
 * it accesses members by computed names, as in `this['do' + 'wn']`, mentions them in their order.
 */
function describeHandedOn(walk: Walk): void {
  if (!walk.handsOn || !walk.loading) return
  const known = walk.out.length
  const side = sideNameOf(walk.root)
  const names = [...STATED].filter((name) => name !== side)
  const anyName = walk.out.some((item) => GOING_THROUGH.test(item))
  for (const name of names) {
    const spoken = new RegExp(`^((key|given|text)\\d+:|token\\d+:[@:$])${name}$`)
    if (anyName || walk.out.some((item) => spoken.test(item))) mentionMember(walk, name)
  }
  if (anyName && walk.owner && memberNames(walk.owner).some((name) => names.includes(name)))
    walk.out.push('(members', ...memberNames(walk.owner).map((name) => leaf('key', name)), ')')
  describePending(walk)
  walk.sawMore ||= walk.out.length > known
}

/** Marks and names by which any member may be reached. */
const GOING_THROUGH =
  /^(\(computed|\(element|\(spread-properties|\(for-in|name\d+:(Object|JSON|Reflect))$/

/** If the described code reads any `constructor`, the name of the class may matter: `this.constructor.name`. */
function describeClassName(walk: Walk): void {
  const { owner, loading, out } = walk
  if (!owner || !loading || !ts.isClassLike(owner)) return
  if (!out.some((item) => /^(key|given|text)11:constructor$/.test(item))) return
  const { parent } = owner
  const name = owner.name ?? (ts.isVariableDeclaration(parent) ? parent.name : undefined)
  out.push(leaf('class-name', name?.getText() ?? 'default'))
  walk.sawMore = true
}

/**
 * Describes the statements of all files that take part, then everything else that has an effect: initial values that nobody
 * mentions, and the statements of files that are only loaded. If the order of these effects does not follow from the order of the
 * description, it is described as well; so a migration without any of it is described as if loading had not been considered.
 */
function describeLoading(walk: Walk): void {
  // The set grows while effects mention more files, and the loop visits those too.
  for (const one of walk.files) describeEffects(walk, one)
  if (!walk.loading) return
  const known = walk.out.length
  describeSteps(walk, walk.loading)
  walk.sawMore ||= walk.out.length > known
}

function describeEffects(walk: Walk, file: ts.SourceFile): void {
  for (const helper of walk.modules.performed(file)) walk.files.add(helper)
  for (const effect of walk.modules.index(file).effects) describeEffect(walk, effect)
}

function describeEffect(walk: Walk, effect: ts.Node): void {
  walk.effects.set(effect, walk.effects.size)
  enter(walk, effect)
  describeNode(walk, effect)
  describePending(walk)
}

function describeSteps(walk: Walk, loading: Loading): void {
  if (loading.filesWith(walk.files).every((file) => loading.isStill(file))) return
  // A part that acts may mention more, which then has its place in the order too.
  let order = steps(walk, loading)
  for (let known = -1; known < walk.out.length;) {
    known = walk.out.length
    for (const { node, level } of order) if (level === ACTS) describeStep(walk, node)
    if (known < walk.out.length) order = steps(walk, loading)
  }
  if (!order.some(({ level }) => level === ACTS) || isAscending(walk, order)) return
  walk.out.push('(order')
  for (const { node } of order) walk.out.push(numberOf(walk, node))
  walk.out.push(')')
}

/** Describes an effect or a part that acts, unless it has been. */
function describeStep(walk: Walk, node: ts.Node): void {
  if (walk.effects.has(node) || walk.mentioned.has(node)) return
  if (ts.isStatement(node) && walk.modules.index(node.getSourceFile()).effects.includes(node))
    return describeEffect(walk, node)
  mention(walk, node)
  describePending(walk)
}

function steps(walk: Walk, loading: Loading): Step[] {
  const main = walk.modules.resolveExport(walk.start, 'default')
  const isMain = (node: ts.Node): boolean => main?.kind === 'declared' && main.nodes.includes(node)
  const seen = {
    time: loading.time,
    isMentioned: (node: ts.Node) => walk.mentioned.has(node),
    isMade: (node: ts.ClassLikeDeclaration) => node === walk.owner || isMain(node),
  }
  const files = loading.filesWith(walk.files)
  return files.flatMap((file) => stepsOf(file, walk.modules.index(file).effects, seen))
}

function isAscending(walk: Walk, order: readonly Step[]): boolean {
  const places = order.map(({ node }) => walk.mentioned.get(node) ?? Infinity)
  const effects = order.flatMap(({ node }) => walk.effects.get(node) ?? [])
  const isSorted = (numbers: readonly number[]): boolean =>
    numbers.every((number, at) => at === 0 || numbers[at - 1]! <= number)
  return isSorted(places) && isSorted(effects)
}

function numberOf(walk: Walk, node: ts.Node): string {
  const effect = walk.effects.get(node)
  return effect === undefined
    ? leaf('see', String(walk.mentioned.get(node)))
    : leaf('effect', String(effect))
}
