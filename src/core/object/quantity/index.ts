/**
 * Kubernetes quantities: `100m`, `1.5Gi`, `1e3`. Source: apimachinery pkg/api/resource.
 * In: text (or a JSON number). Out: exact values, comparison, the form the API server stores. Never: rounds silently, except up to nano as
 * the original does.
 */
export { type Quantity, canonicalQuantity, compareQuantities, formatQuantity, parseQuantity } from './quantity.ts';
