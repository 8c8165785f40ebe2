/**
 * Reads measured runs and shows them. Knows only files: JMH's JSON and the description of the host beside it,
 * and of what was measured only the words, {@link dev.salvo.point}.
 *
 * <p>A {@link dev.salvo.results.RunFolder} holds one file per {@link dev.salvo.point.Point}; each file becomes one
 * {@link dev.salvo.results.Row}, whose figures are described by {@link dev.salvo.results.Figure}: how they are read, and
 * shown. Rows are shown as a table ({@link dev.salvo.results.CurveTable}), as a curve in the terminal
 * ({@link dev.salvo.results.TerminalCurve}), as a picture ({@link dev.salvo.results.CurveSvg}), as data
 * ({@link dev.salvo.results.RowsJson}) and as a page of all of it ({@link dev.salvo.results.Report}).
 *
 * <p>Rows of the paced clock are of emulated time, with a bound ({@link dev.salvo.results.Row.Paced}), and never stand
 * in a column or on a panel with those of the native one. {@link dev.salvo.results.ReferenceComparison} puts them
 * beside published figures of the machine that was paced.
 *
 * <p>What every figure here keeps to: a time comes from the uninstrumented forks and its split from the instrumented
 * ones, and the two are never added or averaged; percentiles come from a histogram of whole lists, never from
 * iteration means; what was not measured is NaN in Java, {@code null} in JSON and a dash on the screen. All times are
 * nanoseconds, of wall-clock unless said otherwise. Input that cannot be trusted is refused with a
 * {@link dev.salvo.results.BadRunException}, never mended.
 *
 * <p><b>Who may call whom.</b> Commands call these; nothing here knows a machine, JMH or a terminal beyond the text that
 * it is to show. Threads: one at a time, unless a class says otherwise.
 */
package dev.salvo.results;
