// A migration loads code while it runs.
import { ts } from 'ts-morph'
import { nodePlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/** `import()`, `require()`, `require.resolve()`, `createRequire()` and `import x = require()`. */
export const importDynamic: Rule = {
  code: 'IMPORT_DYNAMIC',
  severity: 'error',
  spoilsReplay: true,
  *check({ scripts }) {
    for (const script of scripts) {
      for (const node of script.nodes) {
        const load = loading(node)
        if (!load) continue
        yield {
          at: nodePlace(script, node),
          message: `${script.file} loads code at run time with \`${load}\`.`,
          fix: 'Import it statically at the top of the file, or copy what is needed into the migration.',
        }
      }
    }
  },
}

function loading(node: ts.Node): string | null {
  if (ts.isImportEqualsDeclaration(node)) {
    const isRequire = ts.isExternalModuleReference(node.moduleReference) && !node.isTypeOnly
    return isRequire ? 'import … = require(…)' : null
  }
  if (!ts.isCallExpression(node)) return null
  const { expression } = node
  if (expression.kind === ts.SyntaxKind.ImportKeyword) return 'import(…)'
  if (ts.isIdentifier(expression)) return LOADERS[expression.text] ?? null
  const onRequire =
    ts.isPropertyAccessExpression(expression) &&
    ts.isIdentifier(expression.expression) &&
    expression.expression.text === 'require'
  return onRequire ? `require.${expression.name.text}(…)` : null
}

const LOADERS: Readonly<Record<string, string>> = {
  require: 'require(…)',
  createRequire: 'createRequire(…)',
}
