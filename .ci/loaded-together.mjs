// Decides which modules of the programs are bundled into one file: loading many files takes longer than most commands.

/** Modules that commands load together with everything that they import. */
const TOGETHER = [
  ['src/cli/run-command-line'],
  ['src/cli/database/read-database'],
  ['src/cli/commands/gen'],
  ['codegen/pipeline'],
  ['src/cli/commands/status'],
  ['src/cli/worker/worker'],
  [
    'codegen/replay/process/worker',
    'codegen/replay/schema/prove-schema',
    'codegen/replay/rows/prove-rows',
  ],
]

/** Packages that take long to load: modules that need them stay in files of their own. */
const SLOW = /^\0?(?:ts-morph|prettier|esbuild|better-sqlite3)$/

/** A plugin that records imports, and a function that names the file for a module; null if the bundler decides. */
export function loadedTogether(fileOf, programs) {
  const imports = new Map()
  let loaded
  const known = (stem) => {
    if (!imports.has(fileOf(stem))) throw new Error(`No program loads ${stem}.`)
    return fileOf(stem)
  }
  const isSlow = (id) => [...reached([id])].some((one) => SLOW.test(one))
  const reached = (starts) => {
    const files = new Set(starts)
    // Entries added during the loop are visited as well.
    for (const file of files) for (const one of imports.get(file) ?? []) files.add(one)
    return files
  }
  return {
    noteImports: {
      name: 'note-imports',
      moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds),
    },
    /** Equal for all modules that are loaded by the same members of `TOGETHER`. */
    groupOf(id) {
      loaded ??= TOGETHER.map((stems) => reached(stems.map(known)))
      const by = loaded.flatMap((files, index) => (files.has(id) ? [index] : []))
      const isFree = by.length === 0 || programs.map(fileOf).includes(id) || isSlow(id)
      return isFree ? null : `part-${by.join('')}`
    },
  }
}
