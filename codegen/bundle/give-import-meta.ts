// Gives `import.meta.url`, `dirname` and `filename` their values in a CommonJS bundle, which has none of its own.
import type { Loader, Plugin } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { forwardSlashes } from '../project/project-path.js'

/**
 * A plugin for the given absolute paths; `texts` may stand in for the files. The declarations are added to the first line, so
 * line numbers stay the same.
 */
export function giveImportMeta(
  files: readonly string[],
  texts: ReadonlyMap<string, string> = new Map(),
): Plugin {
  return {
    name: 'lockstep-import-meta',
    setup(build) {
      build.initialOptions.define = { ...build.initialOptions.define, ...DEFINE }
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) =>
        files.includes(path)
          ? { contents: declarations(path) + (await sourceOf(path, texts)), loader: loaderOf(path) }
          : undefined,
      )
    },
  }
}

const DEFINE = {
  'import.meta.url': '__lockstep_url',
  'import.meta.dirname': '__lockstep_dirname',
  'import.meta.filename': '__lockstep_filename',
}

function declarations(path: string): string {
  const values = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path }
  const pairs = Object.entries(values).map(
    ([name, value]) => `__lockstep_${name}=${JSON.stringify(value)}`,
  )
  return `const ${pairs.join(',')};`
}

/** A `#!` line is only allowed at the very beginning, so it becomes a comment. */
const sourceOf = async (path: string, texts: ReadonlyMap<string, string>): Promise<string> =>
  (texts.get(forwardSlashes(path)) ?? (await readFile(path, 'utf8'))).replace(/^#!/, '//')

const loaderOf = (path: string): Loader => {
  const kind = extname(path).replace(/[.cm]/g, '')
  return kind === 'tsx' || kind === 'ts' || kind === 'jsx' ? kind : 'js'
}
