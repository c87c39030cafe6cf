// Asks a tsconfig the one thing the registry needs to know, with TypeScript's own reading of `extends`.
import { dirname } from 'node:path'
import { ts } from 'ts-morph'
import { forwardSlashes } from '../../project/project-path.js'

/** What a tsconfig says about imports. */
export interface TsconfigAnswer {
  /** Whether imports name TypeScript files as such: `./a.ts`. */
  readonly importsSources: boolean
  /** Absolute paths of all files that were read for it. */
  readonly consulted: readonly string[]
  /** Why a part of it could not be read. */
  readonly failure: string | null
}

/** Syntax errors are 1000 to 1999; these are: cannot read file, file not found, circular `extends`. */
const UNREADABLE = new Set([5083, 5012, 6053, 18000])

/**
 * Reads the tsconfig at `path`. One that has only `references` passes the question on to the first project it refers
 * to that compiles something in one of `folders`.
 */
export function readTsconfig(path: string, folders: readonly string[]): TsconfigAnswer {
  const consulted = new Set<string>()
  const config = parse(path, optionsOnly(consulted))
  const effective = isSolution(config) ? findReference(config, folders, consulted) : config
  const { allowImportingTsExtensions, rewriteRelativeImportExtensions } = effective.options
  return {
    importsSources: Boolean(allowImportingTsExtensions || rewriteRelativeImportExtensions),
    consulted: [...consulted],
    failure: describeFailure(effective),
  }
}

function parse(path: string, host: ts.ParseConfigHost): ts.ParsedCommandLine {
  const source = ts.readJsonConfigFile(path, host.readFile)
  return ts.parseJsonSourceFileConfigFileContent(source, host, dirname(path), undefined, path)
}

/** A host that lists no folder: for the options alone, the files that a tsconfig covers do not matter. */
function optionsOnly(consulted: Set<string>): ts.ParseConfigHost {
  return { ...listing(consulted), readDirectory: () => [] }
}

function listing(consulted: Set<string>): ts.ParseConfigHost {
  return {
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    readDirectory: ts.sys.readDirectory,
    fileExists: ts.sys.fileExists,
    readFile: (path) => {
      consulted.add(path)
      return ts.sys.readFile(path)
    },
  }
}

/** The layout of editors' templates: `{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, …] }`. */
function isSolution({ raw, projectReferences }: ts.ParsedCommandLine): boolean {
  const { files, include } = raw as { files?: unknown[]; include?: unknown }
  return projectReferences !== undefined && files?.length === 0 && include === undefined
}

function findReference(
  solution: ts.ParsedCommandLine,
  folders: readonly string[],
  consulted: Set<string>,
): ts.ParsedCommandLine {
  const prefixes = folders.map((folder) => `${forwardSlashes(folder)}/`)
  const projects = (solution.projectReferences ?? []).map((reference) =>
    parse(ts.resolveProjectReferencePath(reference), listing(consulted)),
  )
  const covers = ({ fileNames }: ts.ParsedCommandLine): boolean =>
    fileNames.some((name) => prefixes.some((prefix) => name.startsWith(prefix)))
  return projects.find(covers) ?? solution
}

function describeFailure(config: ts.ParsedCommandLine): string | null {
  const failure = ts
    .getConfigFileParsingDiagnostics(config)
    .find(({ code }) => (code >= 1000 && code < 2000) || UNREADABLE.has(code))
  return failure ? ts.flattenDiagnosticMessageText(failure.messageText, ' ') : null
}
