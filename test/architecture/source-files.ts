// Reads the project's own sources as text and as syntax, for tests that judge the project itself.
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { ts } from 'ts-morph'
import { projectRoot } from '../support/project-root.js'

/** Sources by path, relative to the project root, with `/`. */
export type Sources = ReadonlyMap<string, string>

/** All TypeScript files below the given folders of the project, without fixtures and packages; a folder that is missing is an error. */
export function sourcesIn(...folders: readonly string[]): Sources {
  const found = new Map<string, string>()
  for (const folder of folders) {
    for (const entry of readdirSync(join(projectRoot, folder), {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!entry.isFile() || !/\.m?ts$/.test(entry.name)) continue
      const path = join(entry.parentPath, entry.name)
      if (/node_modules|test.fixtures/.test(relative(projectRoot, path))) continue
      found.set(relative(projectRoot, path).split(sep).join('/'), readFileSync(path, 'utf8'))
    }
  }
  return found
}

const read = new Map<string, ts.SourceFile>()

/** The syntax of one file; the same file is read once, whoever asks. */
export function syntaxOf(file: string, text: string): ts.SourceFile {
  const known = read.get(file)
  if (known?.text === text) return known
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  read.set(file, source)
  return source
}

/** Every node of a tree, parents before children. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  const waiting = [node]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next
    const children: ts.Node[] = []
    ts.forEachChild(next, (child) => void children.push(child))
    waiting.push(...children.reverse())
  }
}

/** `file:line` of a node, for messages. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile()
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
}
