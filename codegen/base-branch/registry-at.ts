// Reads the registry of another commit.
import type { GenerateSettings } from '../model/settings.js'
import { openRepository } from '../git/open-repository.js'
import { askGit } from '../git/run-git.js'

/** Its text; null if that commit has none in the folder of the generated files, which may have moved. */
export async function registryAt(
  { out, language }: Pick<GenerateSettings, 'out' | 'language'>,
  commit: string,
): Promise<string | null> {
  const repository = await openRepository(out).catch(() => null)
  if (repository === null) return null
  const { at, path } = repository
  const folder = path === '' ? '' : `${path}/`
  const languages = language === 'ts' ? ['ts', 'js'] : ['js', 'ts']
  for (const one of languages) {
    const args = ['cat-file', 'blob', `${commit}:${folder}registry.${one}`]
    const { exitCode, stdout } = await askGit(at, args)
    if (exitCode === 0) return stdout.toString()
  }
  return null
}
