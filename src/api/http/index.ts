/**
 * The contract of the HTTP API: shapes of every view and the one table of routes. The server answers it, the page and others use it.
 * In: nothing. Out: types, checks of queries and bodies, the OpenAPI document, the reference page. Never: HTTP itself.
 */
import type { Infer } from '../schema/field.ts';
import type { appDetail, appPage, appRow, matrixPage } from './apps.table.ts';
import type {
  comparison,
  deliveryView,
  graphView,
  pastPage,
  sourcePage,
  sourceRow,
  timelineEntry,
  timelinePage,
  trafficView,
} from './history.table.ts';
import type { ledgerEvent, ledgerPage, ledgerRuns, ledgerState } from './ledger.table.ts';
import type { wherePage } from './where.table.ts';
import type { eventList, objectDiff, objectView, planView, proposal, treeNode, treePage } from './objects.table.ts';
import type {
  accessView,
  actionPlan,
  actionRequest,
  errorView,
  savedView,
  savedViews,
  sessionView,
  streamMessage,
} from './session.table.ts';
import type { counts, health, level, objectRef, why } from './shared.table.ts';

export { answerProblems, checkBody, checkQuery, type BadInput } from './check.ts';
export { API_PREFIX, openapiDocument } from './openapi.ts';
export { httpReference } from './reference.ts';
export { routes, type AnswerOf, type BodyOf, type QueryOf, type Route, type RouteName } from './routes.table.ts';
export { ACTIONS, SYNC_WORDS } from './apps.table.ts';
export { ENTRY_KINDS } from './history.table.ts';
export { LEVELS } from './shared.table.ts';

export type AppRow = Infer<typeof appRow>;
export type AppPage = Infer<typeof appPage>;
export type AppDetail = Infer<typeof appDetail>;
export type MatrixPage = Infer<typeof matrixPage>;
export type MatrixRow = MatrixPage['items'][number];
export type TreeNode = Infer<typeof treeNode>;
export type TreePage = Infer<typeof treePage>;
export type ObjectView = Infer<typeof objectView>;
export type ObjectDiff = Infer<typeof objectDiff>;
export type EventList = Infer<typeof eventList>;
export type PlanView = Infer<typeof planView>;
export type Proposal = Infer<typeof proposal>;
export type TimelineEntry = Infer<typeof timelineEntry>;
export type TimelinePage = Infer<typeof timelinePage>;
export type Comparison = Infer<typeof comparison>;
export type LedgerEventView = Infer<typeof ledgerEvent>;
export type LedgerPage = Infer<typeof ledgerPage>;
export type LedgerState = Infer<typeof ledgerState>;
export type WherePage = Infer<typeof wherePage>;
export type WherePlace = WherePage['places'][number];
export type LedgerRuns = Infer<typeof ledgerRuns>;
export type GraphView = Infer<typeof graphView>;
export type PastPage = Infer<typeof pastPage>;
export type SourceRow = Infer<typeof sourceRow>;
export type SourcePage = Infer<typeof sourcePage>;
export type DeliveryView = Infer<typeof deliveryView>;
export type TrafficView = Infer<typeof trafficView>;
export type AccessView = Infer<typeof accessView>;
export type SessionView = Infer<typeof sessionView>;
export type SavedView = Infer<typeof savedView>;
export type SavedViews = Infer<typeof savedViews>;
export type ActionRequest = Infer<typeof actionRequest>;
export type ActionPlan = Infer<typeof actionPlan>;
export type ActionName = Exclude<ActionPlan['action'], 'ignore' | 'adopt'>;
export type StreamMessage = Infer<typeof streamMessage>;
export type ErrorView = Infer<typeof errorView>;
export type Level = Infer<typeof level>;
export type Counts = Infer<typeof counts>;
export type HealthView = Infer<typeof health>;
export type ObjectRefView = Infer<typeof objectRef>;
export type WhyView = Infer<typeof why>;
