export { AlerionError } from "./errors.js";
