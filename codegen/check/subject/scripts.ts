// The syntax of migration scripts and of the helpers beside them. Reuses what the reading has parsed already.
import { ts } from 'ts-morph'
import { projectPath } from '../../project/project-path.js'
import type { ParsedMigration, Reading } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Script } from './rule.js'

/** Every script and helper of the folder, except the files named in `broken`. */
export function scriptsOf(
  { discovery, migrations }: Reading,
  settings: GenerateSettings,
  broken: ReadonlySet<string>,
): Script[] {
  const parsed = parsedFiles(migrations)
  const helpers = [...discovery.helpers]
    .filter(([path]) => !path.endsWith('.json'))
    .map(([path, text]) => ({ path, text, file: projectPath(settings.root, path) }))
  return [...discovery.files.filter(({ kind }) => kind === 'script'), ...helpers]
    .filter(({ file }) => !broken.has(file))
    .map(({ file, path, text }) => {
      const syntax = parsed.get(path) ?? parse(path, text)
      return { file, path, syntax, nodes: nodesOf(syntax) }
    })
}

/** The source files that the nodes of the reading belong to, by path. */
function parsedFiles(migrations: readonly ParsedMigration[]): Map<string, ts.SourceFile> {
  const files = new Map<string, ts.SourceFile>()
  for (const { up, down, declaredVersion, description } of migrations) {
    const node = up?.node ?? down?.node ?? declaredVersion?.node ?? description?.node
    const source = node?.getSourceFile()
    if (source) files.set(source.getFilePath(), source.compilerNode)
  }
  return files
}

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)

/** Without recursion, so that deep nesting does no harm. */
function nodesOf(syntax: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [syntax]
  for (const node of nodes) ts.forEachChild(node, (child) => void nodes.push(child))
  return nodes
}
