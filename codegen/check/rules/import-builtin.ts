// A migration imports a Node module, so that it depends on the machine and not only on the database.
import { isBuiltin } from 'node:module'
import { staticImports } from '../source/imports.js'
import { nodePlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/** With and without `node:`. Silent for modules that only compute if the driver runs on nothing but Node. */
export const importBuiltin: Rule = {
  code: 'IMPORT_BUILTIN',
  severity: 'warning',
  *check({ scripts, settings }) {
    const isOnNode = settings.driver === 'better-sqlite3'
    for (const script of scripts) {
      for (const { specifier, node } of staticImports(script)) {
        if (!isBuiltin(specifier) || (isOnNode && COMPUTES.test(specifier))) continue
        yield {
          at: nodePlace(script, node),
          message: `${script.file} imports '${specifier}', which cannot be bundled and does not exist in workers and browsers.`,
          fix: `${READS.test(specifier) ? 'Write the data into the migration instead of reading it' : 'Use what SQLite or the language itself offers instead'}, or turn the warning off with \`// lockstep-ignore IMPORT_BUILTIN: reason\`.`,
        }
      }
    }
  },
}

/** Modules whose results depend on nothing but what they are given, or are told as random. */
const COMPUTES =
  /^(?:node:)?(?:assert|buffer|crypto|punycode|querystring|string_decoder|util|zlib)(?:\/|$)/

/** Modules that read what could be in the migration itself. */
const READS = /^(?:node:)?(?:fs|path|url|readline|module)(?:\/|$)/
