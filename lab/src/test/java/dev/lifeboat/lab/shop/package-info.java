@NullMarked
package dev.lifeboat.lab.shop;

import org.jspecify.annotations.NullMarked;
