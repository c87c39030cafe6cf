// Writes the generated pages of the documentation into the project.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pages } from './pages.js'

/** Writes each page that differs from the one on disk; returns the path and the resulting state of each. */
export async function writePages(root: string): Promise<{ path: string; state: string }[]> {
  const written = []
  for (const { path, text } of await pages(root)) {
    const file = join(root, path)
    const unchanged = existsSync(file) && readFileSync(file, 'utf8') === text
    mkdirSync(dirname(file), { recursive: true })
    if (!unchanged) writeFileSync(file, text)
    written.push({ path, state: unchanged ? 'unchanged' : 'written' })
  }
  return written
}
