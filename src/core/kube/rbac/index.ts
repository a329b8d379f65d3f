/**
 * Role-based access control. In: a user, what is asked, roles and bindings. Out: yes or no, the rules, the text of the refusal. Never: identifies anybody.
 */
export {
  aggregated,
  type Attributes,
  forbiddenText,
  grounds,
  isMaster,
  missingRights,
  missingRoles,
  type PolicyRule,
  type RoleSource,
  rulesFor,
  rulesOf,
  serviceAccountName,
  type Subject,
  type Verdict,
  verdictOf,
} from './rbac.ts';
export { bootstrapRoles } from './bootstrap.table.ts';
