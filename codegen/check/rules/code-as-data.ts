// A migration stores the name or text of its own code as data.
import { ts } from 'ts-morph'
import { modulesOf } from '../../loading/helper-files.js'
import { parentOf } from '../../loading/erased-syntax.js'
import { excerptOf } from '../../parse/excerpt.js'
import { codeText, type CodeText } from '../source/code-texts.js'
import { GivenValues } from '../source/given-values.js'
import { isOnlyTold } from '../source/unsteady-code.js'
import { nodePlace } from '../subject/place.js'
import type { Finding, ReachedCode, Rule, Script } from '../subject/rule.js'

/** What is only logged or thrown is not data. Silent unless the code certainly belongs to the migration. */
export const codeAsData: Rule = {
  code: 'CODE_AS_DATA',
  severity: 'warning',
  *check({ reading, reachOf, scripts }) {
    const files = new Map(scripts.map(({ path, syntax }) => [path, syntax]))
    const modules = modulesOf(files, reading.discovery.aliases)
    const values = new GivenValues(
      modules,
      scripts.flatMap(({ nodes }) => nodes),
    )
    const sides = reading.migrations.flatMap(({ up, down }) => [up, down])
    const found = new Map<ts.Node, Finding>()
    for (const side of sides)
      if (side?.kind === 'code')
        for (const [script, node, text] of textsIn(reachOf(side), values))
          found.set(node, finding(script, node, text))
    yield* found.values()
  },
}

function* textsIn(
  reached: readonly ReachedCode[],
  values: GivenValues,
): Generator<[Script, ts.Node, CodeText]> {
  const makes = (): boolean =>
    reached.some(({ nodes }) =>
      [...nodes].some(
        (node) => ts.isNewExpression(node) && values.of(node.expression).some(ts.isClassLike),
      ),
    )
  for (const { script, nodes } of reached)
    for (const node of nodes) {
      const found = codeText(node, values, makes)
      if (found && !isOnlyTold(node)) yield [script, node, found]
    }
}

function finding(script: Script, node: ts.Node, { is, of }: CodeText): Finding {
  const shown = excerptOf((ts.isTemplateSpan(node) ? node.expression : node).getText())
  const named = of && (of.name ?? (parentOf(of) as Partial<ts.NamedDeclaration>).name)?.getText()
  const kind = !of || ts.isClassLike(of) ? 'class' : 'function'
  const whose = of ? `the ${kind}${named ? ` \`${named}\`` : ''}` : 'its own class'
  return {
    at: nodePlace(script, node),
    message: `${script.file} uses the ${is} of ${whose} as data: \`${shown}\`. Bundling changes the ${is}, so the bundled application writes something other than what was proven, under the same checksum.`,
    fix: FIXES[is],
    // Comments and white space in it count in no checksum.
    ...(is === 'text' && { severity: 'error' }),
  }
}

const FIXES = {
  name: "Write the name as a string, or give the class a static member with it: `static readonly table = 'users'`.",
  text: 'Write the text as a string of its own.',
}
