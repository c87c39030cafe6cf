// What a migration only states about itself, such as its description, where code may look it up without saying so.
import { mentionMember, type Walk } from './code-walk.js'
import { describePending } from './describe-node.js'
import { leaf } from './digest.js'
import { memberNames, STATED } from '../loading/owner.js'

/**
 * Where `this` or the migration is taken apart, given another name or handed on, mentions what is stated about it as far as
 * the described code speaks of a member of that name, as in `const { description } = this`, `self.description` or `VALUES
 * (@description)`, or goes through members whatever they are called, then
 * in their order.
 */
export function describeHandedOn(walk: Walk): void {
  if (!walk.handsOn || !walk.loading) return
  const known = walk.out.length
  const names = [...STATED].filter((name) => name !== 'up' && name !== 'down')
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
const GOING_THROUGH = /^(\(element|\(spread-properties|\(for-in|name\d+:(Object|JSON|Reflect))$/
