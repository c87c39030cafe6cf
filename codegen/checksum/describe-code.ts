// The canonical description of `up` or `down` that is code: the function and everything it mentions.
import { ts } from 'ts-morph'
import { startWalk, type Start, mentionMember, type Walk } from './code-walk.js'
import { type Description, leaf } from './digest.js'
import { describeLoading } from './describe-loading.js'
import { describeFunction, describePending } from './describe-node.js'
import { memberNames, sideNameOf, STATED } from '../loading/owner.js'

/**
 * Describes a function of a migration, or of a helper that the migration takes it from; then each declaration that it
 * mentions, in order of first mention, and what these mention in turn; then what the files of all of them do when they
 * are loaded. Mentions are found by name and scope, without types. Changing the name of anything changes the
 * description. Throws `RangeError` where calls are chained or nested by the thousand.
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
 * Where `this` or the migration is taken apart, given another name or handed on, mentions what is stated about it, and its
 * other side, as far as the described code speaks of a member of that name, as in `const { description } = this`,
 * `self.down(db)` or `VALUES (@description)`, or goes through members whatever they are called, as in `this['do' + 'wn']`,
 * then in their order.
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

/** Where the described code asks anything for its `constructor`, the name of the class may act: `this.constructor.name`. */
function describeClassName(walk: Walk): void {
  const { owner, loading, out } = walk
  if (!owner || !loading || !ts.isClassLike(owner)) return
  if (!out.some((item) => /^(key|given|text)11:constructor$/.test(item))) return
  const { parent } = owner
  const name = owner.name ?? (ts.isVariableDeclaration(parent) ? parent.name : undefined)
  out.push(leaf('class-name', name?.getText() ?? 'default'))
  walk.sawMore = true
}
