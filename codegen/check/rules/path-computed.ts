// A migration asks for the path of its own file.
import { ts } from 'ts-morph'
import { nodePlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/** `import.meta.url`, `.dirname`, `.filename`, `.resolve`, `.glob`, `__dirname`, `__filename`, `process.cwd()`. */
export const pathComputed: Rule = {
  code: 'PATH_COMPUTED',
  severity: 'error',
  spoilsReplay: true,
  *check({ scripts }) {
    for (const script of scripts) {
      for (const node of script.nodes) {
        const source = pathSource(node)
        if (!source) continue
        yield {
          at: nodePlace(script, node),
          message: `${script.file} computes a path with \`${source}\`, which points elsewhere once it is bundled.`,
          fix: 'Put the data into the migration, or into a `_*` file beside it that is imported statically.',
        }
      }
    }
  },
}

const META = new Set(['url', 'dirname', 'filename', 'resolve', 'glob'])
const GLOBAL = new Set(['__dirname', '__filename'])

function pathSource(node: ts.Node): string | null {
  if (ts.isIdentifier(node)) return GLOBAL.has(node.text) && !isMember(node) ? node.text : null
  if (!ts.isPropertyAccessExpression(node)) return null
  const { expression, name } = node
  if (ts.isMetaProperty(expression) && META.has(name.text)) return `import.meta.${name.text}`
  const isProcess = ts.isIdentifier(expression) && expression.text === 'process'
  return isProcess && name.text === 'cwd' ? 'process.cwd' : null
}

/** Whether an identifier is the name of a property, or declares a name of its own. */
const isMember = ({ parent }: ts.Identifier): boolean =>
  ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)
