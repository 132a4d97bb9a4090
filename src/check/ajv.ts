/** The validator of JSON schemas, with its drafts and formats in one copy: loaded when the first schema is met, and built into a file of its own. */
export { Ajv } from 'ajv';
export { Ajv2020 } from 'ajv/dist/2020';
export { default as addFormats } from 'ajv-formats';
