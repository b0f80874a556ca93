# Made-up tables as journals print them, each from patients drawn here, so that every
# printed value is known to be right. Writes printed_tables.csv:
#   Rscript tests/reference/printed_tables.R > tests/reference/printed_tables.csv
set.seed(20260301)

COLUMNS <- c("study", "endpoint", "level", "arm", "n", "count", "percent", "mean", "sd",
             "se", "n_tested", "statistic_name", "statistic", "dof", "p", "mark")
lines <- list()

line <- function(study, endpoint, arm, n, ...) {
  row <- as.list(setNames(rep("", length(COLUMNS)), COLUMNS))
  given <- list(study = study, endpoint = endpoint, arm = arm, n = n, ...)
  for (name in names(given)) row[[name]] <- as.character(given[[name]])
  lines[[length(lines) + 1]] <<- row
}

shown <- function(value, decimals) formatC(value, format = "f", digits = decimals)
p3 <- function(p) if (p < 0.001) "<0.001" else shown(p, 3)
p2 <- function(p) if (p < 0.01) "<0.01" else shown(p, 2)
apa <- function(p) if (p < 0.001) "<.001" else sub("^0", "", shown(p, 3))
words <- function(p) if (p < 0.01) "<0.01" else if (p < 0.05) "<0.05" else "NS"
stars <- function(p) if (p < 0.001) "***" else if (p < 0.01) "**" else if (p < 0.05) "*" else ""
quiet <- function(x) suppressWarnings(x)
pearson <- function(x, n) quiet(chisq.test(rbind(x, n - x), correct = FALSE))
yates <- function(x, n) quiet(chisq.test(rbind(x, n - x)))
fisher <- function(x, n, ...) fisher.test(rbind(x, n - x), ...)
draw <- function(n, rates) rbinom(length(n), n, rates)

# A row of yes or no. `said` gives the columns of the test from counts and patients.
row_of <- function(study, endpoint, x, n, said, decimals = 1, counts = TRUE,
                   percents = TRUE, first_only = FALSE, arms = LETTERS[seq_along(n)]) {
  test <- said(x, n)
  for (i in seq_along(n)) {
    columns <- list(study, endpoint, arms[i], n[i])
    if (counts) columns$count <- x[i]
    if (percents) columns$percent <- shown(100 * x[i] / n[i], decimals)
    if (!first_only || i == 1) columns <- c(columns, test)
    do.call(line, columns)
  }
}

# 1. Six arms, Pearson
n <- c(41, 39, 44, 40, 38, 42)
for (e in c("Nausea", "Vomiting", "Headache", "Rash", "Fatigue"))
  row_of("six arms", e, draw(n, c(.2, .3, .4, .5, .3, .2)), n, function(x, n) {
    t <- pearson(x, n)
    list(statistic_name = "chi-square", statistic = shown(t$statistic, 2),
         dof = t$parameter, p = p3(t$p.value))
  })

# 2. Words and dashes for p, whole percentages
n <- c(53, 58, 49)
for (e in c("Pain", "Fever", "Cough", "Never seen"))
  row_of("words for p", e, if (e == "Never seen") c(0, 0, 0) else draw(n, c(.2, .4, .6)),
         n, function(x, n) list(p = if (sum(x)) words(pearson(x, n)$p.value) else "-"), 0)

# 3. Rare events, Fisher, a row of nobody and a row of everybody
n <- c(31, 29)
for (e in c("Death", "Stroke", "Bleeding", "Loss", "Alive"))
  row_of("rare events", e,
         switch(e, Loss = c(0, 0), Alive = n, draw(n, c(.05, .2))), n,
         function(x, n) list(p = p3(fisher(x, n)$p.value)))

# 4. Yates, p in the style of the APA
n <- c(62, 66)
for (e in c("Relapse", "Remission", "Return to work"))
  row_of("yates", e, draw(n, c(.3, .5)), n, function(x, n) {
    t <- yates(x, n)
    list(statistic_name = "\u03c7\u00b2", statistic = shown(t$statistic, 3), dof = 1,
         p = apa(t$p.value))
  })

# 5. Fisher where an expected count is below 5, else Pearson; p only, in the first line
n <- c(24, 27)
for (e in c("Male", "Smoker", "Diabetes", "Asthma", "Married"))
  row_of("fisher or pearson", e,
         draw(n, c(Male = .5, Smoker = .3, Diabetes = .1, Asthma = .08, Married = .6)[e]),
         n, function(x, n) {
           t <- pearson(x, n)
           if (any(t$expected < 5)) t <- fisher(x, n)
           list(p = p2(t$p.value))
         }, first_only = TRUE)

# 6. Percentages only, three arms
n <- c(63, 88, 71)
for (e in c("Complete", "Partial", "Stable"))
  row_of("percentages only", e, draw(n, c(.2, .35, .5)), n, function(x, n) {
    t <- pearson(x, n)
    list(statistic_name = "Pearson", statistic = shown(t$statistic, 1), p = p2(t$p.value))
  }, counts = FALSE)

# 7. Thousands of patients, percentages only
n <- c(2417, 2388, 2460)
for (e in c("Vaccinated", "Screened", "Admitted"))
  row_of("thousands", e, draw(n, c(.31, .33, .36)), n, function(x, n) {
    t <- pearson(x, n)
    list(statistic_name = "chi-square", statistic = shown(t$statistic, 1), p = p3(t$p.value))
  }, counts = FALSE)

# Rows of several levels
levels_of <- function(study, endpoint, table, said, decimals = 1, counts = TRUE,
                      percents = TRUE, n = colSums(table), first_only = TRUE) {
  test <- said(table)
  for (l in seq_len(nrow(table))) for (a in seq_len(ncol(table))) {
    columns <- list(study, endpoint, LETTERS[a], n[a], level = rownames(table)[l])
    if (counts) columns$count <- table[l, a]
    if (percents) columns$percent <- shown(100 * table[l, a] / n[a], decimals)
    if (!first_only || (l == 1 && a == 1)) columns <- c(columns, test)
    do.call(line, columns)
  }
}
split <- function(n, shares) {
  found <- sapply(seq_along(n), function(i) rmultinom(1, n[i], shares[, i]))
  rownames(found) <- rownames(shares)
  found
}
stage <- function(...) { s <- cbind(...); rownames(s) <- c("I", "II", "III", "IV")[seq_len(nrow(s))]; s }

# 8. Stages, two arms, Pearson with degrees of freedom
for (e in c("Stage", "Grade"))
  levels_of("stages", e, split(c(84, 79), stage(c(.3, .4, .3), c(.2, .3, .5))), function(t) {
    t <- chisq.test(t, correct = FALSE)
    list(statistic_name = "chi-square", statistic = shown(t$statistic, 2),
         dof = t$parameter, p = p3(t$p.value))
  })

# 9. Stages, three arms, Fisher
for (e in c("ECOG", "Child-Pugh"))
  levels_of("stages, exact", e,
            split(c(18, 21, 19), stage(c(.5, .3, .2), c(.4, .4, .2), c(.2, .3, .5))),
            function(t) list(statistic_name = "Fisher",
                             p = p3(fisher.test(t, workspace = 2e7)$p.value)))

# 10. Ordered levels: Kruskal-Wallis, and Mann-Whitney by its normal approximation
expand <- function(t) list(rep(row(t), t), rep(col(t), t))
levels_of("ranks", "Severity",
          split(c(40, 42, 39), stage(c(.4, .4, .2), c(.3, .4, .3), c(.2, .3, .5))), function(t) {
  d <- expand(t); k <- kruskal.test(d[[1]], d[[2]])
  list(statistic_name = "Kruskal-Wallis", statistic = shown(k$statistic, 2), p = p3(k$p.value))
})
levels_of("ranks", "Response", split(c(51, 47), stage(c(.4, .4, .2), c(.2, .4, .4))), function(t) {
  d <- expand(t)
  p <- quiet(wilcox.test(d[[1]][d[[2]] == 1], d[[1]][d[[2]] == 2], exact = FALSE, correct = FALSE)$p.value)
  list(statistic_name = "Mann-Whitney, z", statistic = shown(-qnorm(p / 2), 2), p = p3(p))
})

# 11. Whole percentages of four levels, many possible tables
levels_of("stages, percentages", "Stage",
          split(c(412, 397), stage(c(.3, .3, .2, .2), c(.2, .3, .25, .25))), function(t) {
  t <- chisq.test(t, correct = FALSE)
  list(statistic_name = "chi-square", statistic = shown(t$statistic, 1), dof = 3, p = p3(t$p.value))
}, 0, counts = FALSE)

# Rows of means, from patients
means_of <- function(study, endpoint, n, mu, sigma, said, decimals = 1, error = FALSE,
                     first_only = FALSE) {
  y <- lapply(seq_along(n), function(i) rnorm(n[i], mu[i], sigma[i]))
  test <- said(y)
  for (i in seq_along(n)) {
    columns <- list(study, endpoint, LETTERS[i], n[i], mean = shown(mean(y[[i]]), decimals))
    if (error) columns$se <- shown(sd(y[[i]]) / sqrt(n[i]), decimals)
    else columns$sd <- shown(sd(y[[i]]), decimals)
    if (!first_only || i == 1) columns <- c(columns, test)
    do.call(line, columns)
  }
}
stacked <- function(y) list(y = unlist(y), g = factor(rep(seq_along(y), lengths(y))))

# 12. Student's t
for (e in c("Age", "Weight", "Score"))
  means_of("student", e, c(33, 36), c(52, 49), c(9, 9), function(y) {
    t <- t.test(y[[1]], y[[2]], var.equal = TRUE)
    list(statistic_name = "t", statistic = shown(t$statistic, 2), dof = t$parameter, p = p3(t$p.value))
  })

# 13. Welch's t, p only
for (e in c("Systolic", "Diastolic", "Pulse"))
  means_of("welch", e, c(28, 55), c(124, 131), c(18, 8),
           function(y) list(p = p3(t.test(y[[1]], y[[2]])$p.value)), first_only = TRUE)

# 14. Analysis of variance
for (e in c("Hemoglobin", "Albumin"))
  means_of("anova", e, c(30, 31, 29), c(12.1, 12.6, 13.2), c(1.4, 1.5, 1.3), function(y) {
    t <- oneway.test(y ~ g, stacked(y), var.equal = TRUE)
    list(statistic_name = "F", statistic = shown(t$statistic, 2),
         dof = paste(t$parameter, collapse = ", "), p = p3(t$p.value))
  }, 2)

# 15. Welch's analysis of variance, p only
for (e in c("Length of stay", "Cost"))
  means_of("welch anova", e, c(18, 40, 62), c(7.5, 8.1, 9.3), c(1.2, 3.1, 5.2),
           function(y) list(p = p3(oneway.test(y ~ g, stacked(y))$p.value)), 2)

# 16. Standard errors
for (e in c("Walk", "Grip"))
  means_of("standard errors", e, c(25, 27), c(310, 352), c(61, 58), function(y) {
    t <- t.test(y[[1]], y[[2]], var.equal = TRUE)
    list(statistic_name = "t test", statistic = shown(abs(t$statistic), 2), p = p3(t$p.value))
  }, 2, error = TRUE)

# 17. Fewer patients tested than treated
n <- c(50, 52); tested <- c(44, 47)
for (e in c("Negative scan", "Clear margin")) {
  x <- draw(tested, c(.5, .75)); t <- pearson(x, tested)
  for (i in 1:2)
    line("fewer tested", e, LETTERS[i], n[i], count = x[i], percent = shown(100 * x[i] / tested[i], 1),
         n_tested = tested[i], statistic_name = "chi-square", statistic = shown(t$statistic, 2),
         p = p3(t$p.value))
}

# 18. One-sided p-values
n <- c(37, 35)
row_of("one-sided", "Healed", c(20, 11), n, function(x, n)
  list(statistic_name = "Fisher, one-sided", p = p3(fisher(x, n, alternative = "greater")$p.value)))
row_of("one-sided", "Closed", c(24, 15), n, function(x, n)
  list(statistic_name = "z test, one-tailed", statistic = shown(sqrt(pearson(x, n)$statistic), 2),
       p = p3(pearson(x, n)$p.value / 2)))
means_of("one-sided", "Depth", n, c(4, 4.6), c(1.3, 1.2), function(y) {
  t <- t.test(y[[2]], y[[1]], var.equal = TRUE, alternative = "greater")
  list(statistic_name = "t, one-sided", statistic = shown(t$statistic, 2), p = p3(t$p.value))
}, 2)

# 19. Ratios and differences
n <- c(120, 118)
effect <- function(name, value, decimals) function(x, n) {
  a <- x[1] / n[1]; b <- x[2] / n[2]
  list(statistic_name = name, statistic = shown(value(a, b), decimals), p = p3(pearson(x, n)$p.value))
}
row_of("effects", "Cured", c(71, 52), n, effect("OR", function(a, b) a / (1 - a) / (b / (1 - b)), 2))
row_of("effects", "Improved", c(88, 70), n, effect("RR", function(a, b) a / b, 2))
row_of("effects", "Worse", c(12, 27), n, effect("Risk difference, %", function(a, b) 100 * (a - b), 1))
row_of("effects", "Same", c(31, 36), n, effect("Risk ratio", function(a, b) b / a, 3), counts = FALSE)
means_of("effects", "Change", n, c(3.1, 4.0), c(2.2, 2.4), function(y) {
  list(statistic_name = "Mean difference", statistic = shown(mean(y[[1]]) - mean(y[[2]]), 1),
       p = p3(t.test(y[[1]], y[[2]])$p.value))
})

# 20. Trend over doses
n <- c(40, 41, 43, 39)
for (e in c("Response", "Withdrawal"))
  row_of("trend", e, draw(n, c(.2, .3, .45, .5)), n, function(x, n) {
    t <- quiet(prop.trend.test(x, n))
    list(statistic_name = "chi-square for trend", statistic = shown(t$statistic, 2), dof = 1, p = p3(t$p.value))
  })

# 21. Likelihood ratio
n <- c(33, 35, 38)
for (e in c("Infection", "Fever", "Transfusion"))
  row_of("likelihood ratio", e, draw(n, c(.2, .4, .5)), n, function(x, n) {
    t <- rbind(x, n - x); g <- 2 * sum(t * log(t / pearson(x, n)$expected))
    list(statistic_name = "likelihood ratio", statistic = shown(g, 2), dof = 2,
         p = p3(pchisq(g, 2, lower.tail = FALSE)))
  })

# 22. Several answers allowed: levels that are not apart
n <- c(60, 58)
for (l in c("Hypertension", "Diabetes", "Asthma", "Gout")) {
  x <- draw(n, c(.5, .45)); t <- pearson(x, n)
  for (i in 1:2) line("several answers", "Other diseases", LETTERS[i], n[i], level = l, count = x[i],
                      percent = shown(100 * x[i] / n[i], 1), p = p3(t$p.value))
}

# 23. A column of all patients, and some with an unknown stage
x <- split(c(55, 61), stage(c(.3, .4, .3), c(.4, .3, .3)))
t <- chisq.test(x, correct = FALSE)
for (l in 1:3) for (a in 1:3) {
  value <- if (a == 3) sum(x[l, ]) else x[l, a]; size <- c(58, 64, 122)[a]
  line("total column", "Stage", c("A", "B", "Total")[a], size, level = rownames(x)[l], count = value,
       percent = shown(100 * value / size, 1), p = if (l == 1 && a == 1) p3(t$p.value) else "")
}

# 24. Each arm against the control
n <- c(45, 44, 46); x <- c(12, 20, 29)
for (i in 1:3)
  line("against control", "Abstinent", c("Control", "Patch", "Gum")[i], n[i], count = x[i],
       percent = shown(100 * x[i] / n[i], 1),
       p = if (i == 1) "" else p3(pearson(x[c(1, i)], n[c(1, i)])$p.value))
n <- c(45, 44, 46); x <- c(17, 21, 28)
for (i in 1:3)
  line("against control", "Reduced", c("Control", "Patch", "Gum")[i], n[i], count = x[i],
       percent = shown(100 * x[i] / n[i], 1),
       mark = if (i == 3) stars(pearson(x[c(1, 3)], n[c(1, 3)])$p.value) else "")

# 25. Stars beside the statistic, without p
n <- c(90, 94)
for (e in c("Attended", "Answered", "Consented"))
  row_of("stars", e, draw(n, c(.5, .7)), n, function(x, n) {
    t <- pearson(x, n)
    list(statistic_name = "chi-square", statistic = shown(t$statistic, 2), mark = stars(t$p.value))
  })

# 26. Shares of the row, not of the column
n <- c(57, 63)
for (e in c("Women", "Men")) {
  x <- c(31, 26); if (e == "Men") x <- n - x
  for (i in 1:2) line("shares of the row", e, LETTERS[i], n[i], count = x[i],
                      percent = shown(100 * x[i] / sum(x), 1), p = p3(pearson(x, n)$p.value))
}

# 27. Medians, which need the patients
y <- list(rexp(30, 1 / 8), rexp(32, 1 / 13))
for (i in 1:2) line("medians", "Days, median", LETTERS[i], c(30, 32)[i], mean = shown(median(y[[i]]), 1),
                    statistic_name = "Mann-Whitney", p = p3(wilcox.test(y[[1]], y[[2]])$p.value))

frame <- do.call(rbind, lapply(lines, as.data.frame))
write.csv(frame, stdout(), row.names = FALSE, quote = TRUE, fileEncoding = "UTF-8")
