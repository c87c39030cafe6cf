// The canonical description of `up` or `down` that is code: the function and everything it mentions.
import type { ts } from 'ts-morph'
import { startWalk, type Walk } from './code-walk.js'
import { describeFunction, describeNode } from './describe-node.js'
import type { FindHelper } from './resolve-name.js'

/**
 * Describes a function of the migration in `file`, or of a helper that the file takes it from; then each declaration
 * that it mentions, in order of first mention, and what these mention in turn; then what the files of all of them do
 * when they are loaded. Mentions are found by name and scope, without types. Changing the name of anything changes
 * the description. Throws `RangeError` where calls are chained or nested by the thousand.
 */
export function describeCode(root: ts.Node, file: ts.SourceFile, findHelper: FindHelper): string[] {
  const walk = startWalk(root, file, findHelper)
  describeFunction(walk, root)
  describePending(walk)
  // The set grows while effects mention more files, and the loop goes on to these.
  for (const one of walk.files) describeEffects(walk, one)
  return walk.out
}

function describePending(walk: Walk): void {
  for (let node = walk.pending.shift(); node; node = walk.pending.shift()) {
    enter(walk, node.getSourceFile(), node.parent === walk.owner)
    describeNode(walk, node)
  }
}

function describeEffects(walk: Walk, file: ts.SourceFile): void {
  for (const helper of walk.modules.performed(file)) walk.files.add(helper)
  for (const effect of walk.modules.index(file).effects) {
    enter(walk, file, false)
    describeNode(walk, effect)
    describePending(walk)
  }
}

function enter(walk: Walk, file: ts.SourceFile, ownThis: boolean): void {
  Object.assign(walk, { file, ownThis, locals: null })
  walk.files.add(file)
}
