// Lets a text be bundled in the place of a file whose folder does not exist yet: esbuild alone finds nothing from there.
import type { Plugin } from 'esbuild'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** A plugin that answers relative imports of a text that stands in for a file in `folder`, where that is missing. */
export const standIn = (folder: string): Plugin => ({
  name: 'lockstep-stand-in',
  setup(build) {
    if (existsSync(folder)) return
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const meant = resolve(folder, path)
      return resolveDir === folder && existsSync(meant) ? { path: meant } : null
    })
  },
})
