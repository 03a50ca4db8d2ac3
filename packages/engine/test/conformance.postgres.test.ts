import { engineConformance } from '@regie/engine/testing'
import { describe, it } from 'vitest'
import { postgresStore } from './postgres.ts'

engineConformance(postgresStore(), { describe, it })
