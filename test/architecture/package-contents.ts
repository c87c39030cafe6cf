// What belongs into the published package, as functions from file lists to findings.

/** Door files of the sources (`index.ts`, `drivers/…`) that no entry of the exports map leads to. */
export const missingDoors = (files: readonly string[], mapped: readonly string[]): string[] =>
  files
    .filter((file) => !mapped.includes(`./dist/src/${file.replace(/\.ts$/, '.js')}`))
    .map((file) => `src/${file}`)

const wanted =
  /^(?:dist\/(?:src|codegen|chunks)\/(?:.+\/)?[\w.-]+?(?:\.js|\.d\.ts)|docs\/(?:.+\/)?[\w-]+\.md|package\.json|(?:README|CHANGELOG|CONTRIBUTING)\.md|LICENSE)$/

/** Files of the tarball that nobody needs who installs the package. */
export const strayFiles = (files: readonly string[]): string[] =>
  files.filter((file) => !wanted.test(file) || /\.test\./.test(file))
